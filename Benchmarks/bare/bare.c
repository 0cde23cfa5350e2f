/*
 * What a tap on a bridge costs when nothing is checked: the yardstick for tapster-helper.
 *
 *     bare --use-vnet --br=BRIDGE --fd=FD
 *
 * It does the kernel work of the helper's phases 4 and 5 and not one thing more: a tap of the
 * caller's, with the bridge's MTU, an address of first byte 0xfe, no IPv6 address of its own, an
 * alias, root guard, on the bridge and up; its descriptor sent over FD. No ACL, no reduction of
 * privilege, no sandbox, no log: never install it. Sources: Documentation/networking/tuntap.rst,
 * rtnetlink(7), netlink(7), netdevice(7), unix(7).
 */
#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Several netlink messages one after the other, so that one send(2) carries them all. */
struct batch {
  _Alignas(struct nlmsghdr) unsigned char bytes[1024];
  size_t size;
};

static void *reserve(struct batch *batch, size_t size) {
  void *place = batch->bytes + batch->size;
  batch->size += NLMSG_ALIGN(size);
  if (batch->size > sizeof batch->bytes) abort();
  return place;
}

static struct nlmsghdr *begin_link(struct batch *batch, const char *name, uint16_t flags,
                                   uint32_t interface_flags);

static struct rtattr *attribute(struct batch *batch, uint16_t type, const void *value,
                                size_t size) {
  struct rtattr *attribute = reserve(batch, RTA_LENGTH(size));
  attribute->rta_type = type;
  attribute->rta_len = (uint16_t)RTA_LENGTH(size);
  if (size > 0) memcpy(RTA_DATA(attribute), value, size);
  return attribute;
}

static void end_nest(struct batch *batch, struct rtattr *nest) {
  nest->rta_len = (uint16_t)(batch->bytes + batch->size - (unsigned char *)nest);
}

static struct nlmsghdr *begin_link(struct batch *batch, const char *name, uint16_t flags,
                                   uint32_t interface_flags) {
  struct nlmsghdr *header = reserve(batch, NLMSG_HDRLEN);
  header->nlmsg_type = RTM_NEWLINK;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  struct ifinfomsg *link = reserve(batch, sizeof *link);
  link->ifi_flags = interface_flags;
  link->ifi_change = interface_flags;
  attribute(batch, IFLA_IFNAME, name, strlen(name) + 1);
  return header;
}

static void end_link(struct batch *batch, struct nlmsghdr *header) {
  header->nlmsg_len = (uint32_t)(batch->bytes + batch->size - (unsigned char *)header);
}

int main(int argc, char **argv) {
  const char *bridge = NULL;
  int client = -1;
  for (int i = 1; i < argc; i++) {
    if (strncmp(argv[i], "--br=", 5) == 0) bridge = argv[i] + 5;
    if (strncmp(argv[i], "--fd=", 5) == 0) client = atoi(argv[i] + 5);
  }
  if (bridge == NULL || client < 0) return 64;

  int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
  if (tap < 0) fail("/dev/net/tun");
  struct ifreq request = {.ifr_name = "tap%d"};
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL;
  if (ioctl(tap, TUNSETIFF, &request) < 0) fail("TUNSETIFF");
  if (ioctl(tap, TUNSETOWNER, (unsigned long)getuid()) < 0) fail("TUNSETOWNER");

  int route = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (route < 0) fail("netlink");
  struct ifreq about = {0};
  strncpy(about.ifr_name, bridge, sizeof about.ifr_name - 1);
  if (ioctl(route, SIOCGIFINDEX, &about) < 0) fail(bridge);
  uint32_t master = (uint32_t)about.ifr_ifindex;
  if (ioctl(route, SIOCGIFMTU, &about) < 0) fail(bridge);
  uint32_t mtu = (uint32_t)about.ifr_mtu;

  /* 16 random bytes that the kernel gives every process: an address without a system call. */
  unsigned char address[6];
  memcpy(address, (const void *)getauxval(AT_RANDOM), sizeof address);
  address[0] = 0xfe;

  struct batch batch = {.size = 0};
  struct nlmsghdr *header = begin_link(&batch, request.ifr_name, 0, 0);
  attribute(&batch, IFLA_MTU, &mtu, sizeof mtu);
  attribute(&batch, IFLA_ADDRESS, address, sizeof address);
  static const char alias[] = "bare";
  attribute(&batch, IFLA_IFALIAS, alias, sizeof alias);
  struct rtattr *families = attribute(&batch, IFLA_AF_SPEC, NULL, 0);
  struct rtattr *inet6 = attribute(&batch, AF_INET6, NULL, 0);
  attribute(&batch, IFLA_INET6_ADDR_GEN_MODE, &(uint8_t){IN6_ADDR_GEN_MODE_NONE}, 1);
  end_nest(&batch, inet6);
  end_nest(&batch, families);
  attribute(&batch, IFLA_MASTER, &master, sizeof master);
  end_link(&batch, header);

  /* The kernel knows port flags only of what is a port already: a second message. An error in the
     first is answered before this one's acknowledgement, so one answer is enough to read. */
  header = begin_link(&batch, request.ifr_name, NLM_F_ACK, IFF_UP);
  struct rtattr *info = attribute(&batch, IFLA_LINKINFO, NULL, 0);
  struct rtattr *port = attribute(&batch, IFLA_INFO_SLAVE_DATA, NULL, 0);
  attribute(&batch, IFLA_BRPORT_PROTECT, &(uint8_t){1}, 1);
  end_nest(&batch, port);
  end_nest(&batch, info);
  end_link(&batch, header);

  if (send(route, batch.bytes, batch.size, 0) < 0) fail("netlink send");
  struct {
    struct nlmsghdr header;
    struct nlmsgerr error;
    unsigned char rest[512];
  } answer;
  if (recv(route, &answer, sizeof answer, 0) < 0) fail("netlink answer");
  if (answer.header.nlmsg_type != NLMSG_ERROR || answer.error.error != 0) {
    fprintf(stderr, "bare: the kernel refused: %s\n", strerror(-answer.error.error));
    return 1;
  }

  char byte = 0;
  struct iovec vector = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control = {0};
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(sizeof tap);
  memcpy(CMSG_DATA(&control.header), &tap, sizeof tap);
  if (sendmsg(client, &message, MSG_NOSIGNAL) < 0) fail("sendmsg");
  return 0;
}
