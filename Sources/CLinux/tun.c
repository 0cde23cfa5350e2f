#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/virtio_net.h>
#include <sys/ioctl.h>

#include "clinux.h"
#include "clinux_value.h"

const unsigned long clinux_TUNSETIFF = TUNSETIFF;
const unsigned long clinux_TUNSETOWNER = TUNSETOWNER;
const unsigned long clinux_TUNSETPERSIST = TUNSETPERSIST;
const unsigned long clinux_TUNDETACHFILTER = TUNDETACHFILTER;
const unsigned long clinux_TUNSETFILTEREBPF = TUNSETFILTEREBPF;
const unsigned long clinux_TUNSETSTEERINGEBPF = TUNSETSTEERINGEBPF;
const unsigned long clinux_TUNSETSNDBUF = TUNSETSNDBUF;
const unsigned long clinux_TUNSETVNETHDRSZ = TUNSETVNETHDRSZ;
const unsigned long clinux_TUNSETVNETLE = TUNSETVNETLE;
const unsigned long clinux_SIOCGIFINDEX = SIOCGIFINDEX;

_Static_assert(IFNAMSIZ == 16, "interface names have 16 bytes");

int clinux_tun_attach(int descriptor, char name[16], short flags) {
  struct ifreq request = {.ifr_flags = flags};
  memcpy(request.ifr_name, name, IFNAMSIZ);
  int result = VALUE_OR_ERRNO(ioctl(descriptor, TUNSETIFF, &request));
  memcpy(name, request.ifr_name, IFNAMSIZ);
  return result;
}

int clinux_tun_set_owner(int descriptor, uid_t owner) {
  return VALUE_OR_ERRNO(ioctl(descriptor, TUNSETOWNER, (unsigned long)owner));
}

int clinux_tun_set_persistent(int descriptor, int persistent) {
  return VALUE_OR_ERRNO(ioctl(descriptor, TUNSETPERSIST, (unsigned long)persistent));
}

int clinux_tun_forget_settings(int descriptor) {
  /* As a tap is made. The first wants an argument that it does not look at. */
  struct sock_fprog none = {0};
  int no_program = -1, most = INT_MAX, header = sizeof(struct virtio_net_hdr), native = 0;
  if (ioctl(descriptor, TUNDETACHFILTER, &none) < 0 ||
      ioctl(descriptor, TUNSETFILTEREBPF, &no_program) < 0 ||
      ioctl(descriptor, TUNSETSTEERINGEBPF, &no_program) < 0 ||
      ioctl(descriptor, TUNSETSNDBUF, &most) < 0 ||
      ioctl(descriptor, TUNSETVNETHDRSZ, &header) < 0 ||
      ioctl(descriptor, TUNSETVNETLE, &native) < 0)
    return -errno;
  return 0;
}

int clinux_interface_index(int socket, const char name[16]) {
  struct ifreq request = {0};
  memcpy(request.ifr_name, name, IFNAMSIZ);
  int result = VALUE_OR_ERRNO(ioctl(socket, SIOCGIFINDEX, &request));
  return result < 0 ? result : request.ifr_ifindex;
}
