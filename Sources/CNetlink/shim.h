#include <netlink/netlink.h>
#include <netlink/msg.h>
#include <netlink/attr.h>
#include <sys/socket.h>
#include <sys/time.h>

/*
 * Has a socket wait no longer than so many seconds for an answer, which the kernel has ready as
 * soon as it is asked: libnl goes on to read where the asking failed. socket(7).
 */
static inline int cnetlink_limit_waiting(struct nl_sock *socket, long seconds) {
  struct timeval limit = {.tv_sec = seconds};
  return setsockopt(nl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}
