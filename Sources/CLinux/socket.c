#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include "clinux.h"
#include "clinux_value.h"

int clinux_socket(int domain, int type, int protocol) {
  return VALUE_OR_ERRNO(socket(domain, type | SOCK_CLOEXEC, protocol));
}

int clinux_socket_domain(int descriptor) {
  int domain = 0;
  socklen_t size = sizeof domain;
  int result = VALUE_OR_ERRNO(getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size));
  return result < 0 ? result : domain;
}

int clinux_socket_has_peer(int descriptor) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  return VALUE_OR_ERRNO(getpeername(descriptor, (struct sockaddr *)&address, &size));
}

ssize_t clinux_send_descriptors(int socket, const void *bytes, size_t size, const int *descriptors,
                                size_t count) {
  if (count < 1 || count > CLINUX_MAXIMUM_PASSED) return -EINVAL;
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(CLINUX_MAXIMUM_PASSED * sizeof(int))];
  } control = {0};
  struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = CMSG_SPACE(count * sizeof(int))};
  control.header.cmsg_level = SOL_SOCKET;
  control.header.cmsg_type = SCM_RIGHTS;
  control.header.cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(&control.header), descriptors, count * sizeof(int));
  return VALUE_OR_ERRNO(sendmsg(socket, &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

ssize_t clinux_receive_descriptors(int socket, void *bytes, size_t size,
                                   int descriptors[CLINUX_MAXIMUM_PASSED], size_t *count,
                                   int wait) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(CLINUX_MAXIMUM_PASSED * sizeof(int))];
  } control = {0};
  struct iovec part = {.iov_base = bytes, .iov_len = size};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  *count = 0;
  ssize_t result =
      VALUE_OR_ERRNO(recvmsg(socket, &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT)));
  if (result < 0) return result;
  for (struct cmsghdr *next = CMSG_FIRSTHDR(&message); next; next = CMSG_NXTHDR(&message, next)) {
    if (next->cmsg_level != SOL_SOCKET || next->cmsg_type != SCM_RIGHTS) continue;
    size_t found = (next->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    memcpy(descriptors + *count, CMSG_DATA(next), found * sizeof(int));
    *count += found;
  }
  return message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? -EMSGSIZE : result;
}

int clinux_socket_pair(int type, int ends[2]) {
  return VALUE_OR_ERRNO(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends));
}

ssize_t clinux_send_to_unix(int socket, const char *path, const void *bytes, size_t size) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  return VALUE_OR_ERRNO(sendto(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                               (struct sockaddr *)&address, sizeof address));
}
