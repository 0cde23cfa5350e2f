#define _GNU_SOURCE
#include <sys/socket.h>
#include <sys/un.h>

#include "clinux.h"
#include "clinux_value.h"

int clinux_socket(int domain, int type, int protocol) {
  return VALUE_OR_ERRNO(socket(domain, type | SOCK_CLOEXEC, protocol));
}

int clinux_socket_option(int descriptor, int option) {
  int found = 0;
  socklen_t size = sizeof found;
  int result = VALUE_OR_ERRNO(getsockopt(descriptor, SOL_SOCKET, option, &found, &size));
  return result < 0 ? result : found;
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

/* The address of the AF_UNIX socket at `path`: 0, or -ENAMETOOLONG. */
static int unix_address(const char *path, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address->sun_path) return -ENAMETOOLONG;
  memcpy(address->sun_path, path, length);
  return 0;
}

ssize_t clinux_send_to_unix(int socket, const char *path, const void *bytes, size_t size) {
  struct sockaddr_un address;
  int result = unix_address(path, &address);
  if (result < 0) return result;
  return VALUE_OR_ERRNO(sendto(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                               (struct sockaddr *)&address, sizeof address));
}

int clinux_connect_unix(int socket, const char *path) {
  struct sockaddr_un address;
  int result = unix_address(path, &address);
  if (result < 0) return result;
  return VALUE_OR_ERRNO(connect(socket, (struct sockaddr *)&address, sizeof address));
}

int clinux_bind_unix(int socket, const char *path) {
  struct sockaddr_un address;
  int result = unix_address(path, &address);
  if (result < 0) return result;
  return VALUE_OR_ERRNO(bind(socket, (struct sockaddr *)&address, sizeof address));
}

int clinux_listen(int socket, int backlog) { return VALUE_OR_ERRNO(listen(socket, backlog)); }

int clinux_accept(int socket) {
  return VALUE_OR_ERRNO(accept4(socket, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK));
}

int clinux_set_non_blocking(int descriptor) {
  int flags = VALUE_OR_ERRNO(fcntl(descriptor, F_GETFL));
  return flags < 0 ? flags : (int)VALUE_OR_ERRNO(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK));
}

/* What came after the oldest header that we build with (Linux 6.16); the number is kernel ABI. */
#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83
#endif

int clinux_refuse_descriptors(int socket) {
  int pass = 0;
  return VALUE_OR_ERRNO(setsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &pass, sizeof pass));
}

int clinux_takes_descriptors(int socket) {
  int pass = 1;
  socklen_t size = sizeof pass;
  return getsockopt(socket, SOL_SOCKET, SO_PASSRIGHTS, &pass, &size) != 0 || pass != 0;
}

int clinux_set_patience(int socket, int milliseconds) {
  struct timeval limit = {.tv_sec = milliseconds / 1000,
                          .tv_usec = milliseconds % 1000 * 1000L};
  int result = VALUE_OR_ERRNO(setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit));
  if (result < 0) return result;
  return VALUE_OR_ERRNO(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
}

int clinux_set_mark(int socket, unsigned mark) {
  return VALUE_OR_ERRNO(setsockopt(socket, SOL_SOCKET, SO_MARK, &mark, sizeof mark));
}

int clinux_peer(int socket, struct clinux_peer *peer) {
  struct ucred credentials;
  socklen_t size = sizeof credentials;
  int result =
      VALUE_OR_ERRNO(getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size));
  if (result < 0) return result;
  *peer = (struct clinux_peer){.user = credentials.uid, .group = credentials.gid};
  return 0;
}

int clinux_peer_groups(int socket, gid_t *groups, int size) {
  socklen_t bytes = (socklen_t)size * sizeof *groups;
  int result = VALUE_OR_ERRNO(getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups, &bytes));
  /* Where there is too little room the kernel says how much it takes. */
  if (result < 0 && result != -ERANGE) return result;
  return (int)(bytes / sizeof *groups);
}

ssize_t clinux_send(int socket, const void *bytes, size_t size) {
  return VALUE_OR_ERRNO(send(socket, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL));
}

ssize_t clinux_receive(int socket, void *buffer, size_t size, int flags) {
  return VALUE_OR_ERRNO(recv(socket, buffer, size, flags | MSG_TRUNC));
}
