#define _GNU_SOURCE
#include <sys/socket.h>

#include "clinux.h"
#include "clinux_value.h"

int clinux_netlink_open(void) {
  return VALUE_OR_ERRNO(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
}

int clinux_netlink_enable(int socket, int option) {
  int on = 1;
  return VALUE_OR_ERRNO(setsockopt(socket, SOL_NETLINK, option, &on, sizeof on));
}

ssize_t clinux_netlink_send(int socket, const void *messages, size_t size) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  return VALUE_OR_ERRNO(
      sendto(socket, messages, size, 0, (struct sockaddr *)&kernel, sizeof kernel));
}

ssize_t clinux_netlink_receive(int socket, void *buffer, size_t size) {
  struct sockaddr_nl sender = {0};
  socklen_t length = sizeof sender;
  ssize_t result = VALUE_OR_ERRNO(
      recvfrom(socket, buffer, size, MSG_TRUNC, (struct sockaddr *)&sender, &length));
  if (result >= 0 && (length != sizeof sender || sender.nl_pid != 0)) return -EPROTO;
  return result;
}
