#define _GNU_SOURCE
#include "ctestsupport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int ctest_socket(int net_namespace, int domain, int type, int protocol) {
  int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
  if (own < 0) return -errno;
  int made;
  if (setns(net_namespace, CLONE_NEWNET) != 0) {
    made = -errno;
  } else {
    made = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (made < 0) made = -errno;
    /* A thread in another network than it believes would spoil every later test. */
    if (setns(own, CLONE_NEWNET) != 0) abort();
  }
  close(own);
  return made;
}

/* The interface as the socket's own network numbers it, or -errno. */
static int interface_index(int socket, const char *name) {
  struct ifreq request = {0};
  if (strlen(name) >= sizeof request.ifr_name) return -ENAMETOOLONG;
  strcpy(request.ifr_name, name);
  if (ioctl(socket, SIOCGIFINDEX, &request) != 0) return -errno;
  return request.ifr_ifindex;
}

/* `text` as ctest_bind takes it. The length of what is in `address`, or -errno. */
static int parse(int socket, const char *text, uint16_t port, struct sockaddr_storage *address) {
  memset(address, 0, sizeof *address);
  struct sockaddr_in *four = (struct sockaddr_in *)address;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons(port);
    return sizeof *four;
  }
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)address;
  char plain[INET6_ADDRSTRLEN + 1];
  const char *zone = strchr(text, '%');
  size_t length = zone == NULL ? strlen(text) : (size_t)(zone - text);
  if (length >= sizeof plain) return -EINVAL;
  memcpy(plain, text, length);
  plain[length] = 0;
  if (inet_pton(AF_INET6, plain, &six->sin6_addr) != 1) return -EINVAL;
  six->sin6_family = AF_INET6;
  six->sin6_port = htons(port);
  if (zone != NULL) {
    int index = interface_index(socket, zone + 1);
    if (index < 0) return index;
    six->sin6_scope_id = (uint32_t)index;
  }
  return sizeof *six;
}

/* The other way round; an IPv4 address that came over an IPv6 socket is written as IPv4. */
static void describe(const struct sockaddr_storage *address, char *text, uint16_t *port) {
  text[0] = 0;
  *port = 0;
  if (address->ss_family == AF_INET) {
    const struct sockaddr_in *four = (const struct sockaddr_in *)address;
    inet_ntop(AF_INET, &four->sin_addr, text, 64);
    *port = ntohs(four->sin_port);
  } else if (address->ss_family == AF_INET6) {
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)address;
    if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
      inet_ntop(AF_INET, six->sin6_addr.s6_addr + 12, text, 64);
    else
      inet_ntop(AF_INET6, &six->sin6_addr, text, 64);
    *port = ntohs(six->sin6_port);
  }
}

int ctest_bind(int socket, const char *text, uint16_t port) {
  int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_storage address;
  int length = parse(socket, text, port, &address);
  if (length < 0) return length;
  return bind(socket, (struct sockaddr *)&address, (socklen_t)length) == 0 ? 0 : -errno;
}

int ctest_connect(int socket, const char *text, uint16_t port) {
  struct sockaddr_storage address;
  int length = parse(socket, text, port, &address);
  if (length < 0) return length;
  return connect(socket, (struct sockaddr *)&address, (socklen_t)length) == 0 ? 0 : -errno;
}

ssize_t ctest_send_to(int socket, const char *text, uint16_t port, const void *bytes, size_t size) {
  struct sockaddr_storage address;
  int length = parse(socket, text, port, &address);
  if (length < 0) return length;
  ssize_t sent = sendto(socket, bytes, size, MSG_NOSIGNAL, (struct sockaddr *)&address,
                        (socklen_t)length);
  return sent < 0 ? -errno : sent;
}

ssize_t ctest_receive_from(int socket, void *bytes, size_t size, char *text, uint16_t *port) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  ssize_t received = recvfrom(socket, bytes, size, MSG_DONTWAIT, (struct sockaddr *)&address,
                              &length);
  if (received < 0) return -errno;
  describe(&address, text, port);
  return received;
}

int ctest_accept(int socket, char *text, uint16_t *port) {
  struct sockaddr_storage address = {0};
  socklen_t length = sizeof address;
  int accepted = accept4(socket, (struct sockaddr *)&address, &length,
                         SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted < 0) return -errno;
  describe(&address, text, port);
  return accepted;
}

int ctest_option(int socket, int level, int name, int value) {
  return setsockopt(socket, level, name, &value, sizeof value) == 0 ? 0 : -errno;
}

int ctest_socket_error(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return -errno;
  return -error;
}

int ctest_join(int socket, const char *group, const char *interface) {
  int index = interface_index(socket, interface);
  if (index < 0) return index;
  struct ip_mreqn four = {.imr_ifindex = index};
  if (inet_pton(AF_INET, group, &four.imr_multiaddr) == 1) {
    if (setsockopt(socket, IPPROTO_IP, IP_ADD_MEMBERSHIP, &four, sizeof four) != 0) return -errno;
    return setsockopt(socket, IPPROTO_IP, IP_MULTICAST_IF, &four, sizeof four) == 0 ? 0 : -errno;
  }
  struct ipv6_mreq six = {.ipv6mr_interface = (unsigned)index};
  if (inet_pton(AF_INET6, group, &six.ipv6mr_multiaddr) != 1) return -EINVAL;
  if (setsockopt(socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &six, sizeof six) != 0) return -errno;
  return setsockopt(socket, IPPROTO_IPV6, IPV6_MULTICAST_IF, &index, sizeof index) == 0 ? 0
                                                                                        : -errno;
}

int ctest_bind_device(int socket, const char *interface) {
  return setsockopt(socket, SOL_SOCKET, SO_BINDTODEVICE, interface,
                    (socklen_t)strlen(interface)) == 0 ? 0 : -errno;
}

int ctest_watch(int socket, const char *interface) {
  int index = interface_index(socket, interface);
  if (index < 0) return index;
  struct sockaddr_ll link = {
    .sll_family = AF_PACKET, .sll_protocol = htons(0x0003 /* ETH_P_ALL */), .sll_ifindex = index};
  return bind(socket, (struct sockaddr *)&link, sizeof link) == 0 ? 0 : -errno;
}

int ctest_stay_on_one_processor(void) {
  int processor = sched_getcpu();
  if (processor < 0) return -errno;
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  return sched_setaffinity(0, sizeof one, &one) == 0 ? 0 : -errno;
}

int ctest_leave_processor(void) {
  cpu_set_t all;
  memset(&all, 0xff, sizeof all);
  return sched_setaffinity(0, sizeof all, &all) == 0 ? 0 : -errno;
}

int ctest_lingering(int seconds, int *peer) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  int small = 4096;
  int result = 0;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener >= 0 && made >= 0 &&
      setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &small, sizeof small) == 0 &&
      setsockopt(made, SOL_SOCKET, SO_SNDBUF, &small, sizeof small) == 0 &&
      bind(listener, (struct sockaddr *)&address, sizeof address) == 0 &&
      listen(listener, 1) == 0 &&
      getsockname(listener, (struct sockaddr *)&address, &size) == 0 &&
      connect(made, (struct sockaddr *)&address, sizeof address) == 0 &&
      (*peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
    static const char bytes[65536];
    while (send(made, bytes, sizeof bytes, MSG_DONTWAIT) > 0) continue;
    struct linger linger = {.l_onoff = 1, .l_linger = seconds};
    result = setsockopt(made, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  } else {
    result = -1;
  }
  if (result < 0) result = -errno;
  close(listener);
  if (result == 0) return made;
  close(made);
  return result;
}
