#define _GNU_SOURCE
#include "ctestsupport.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* SCM_MAX_FD of the kernel's include/net/scm.h, which no header shows to programs. */
#define MOST_DESCRIPTORS 253

union control {
  struct cmsghdr header; /* for its alignment */
  char bytes[CMSG_SPACE(MOST_DESCRIPTORS * sizeof(int)) + CMSG_SPACE(256)];
};

int ctest_receive(int socket, void *buffer, size_t size, int *descriptors, size_t capacity,
                  struct ctest_received *received) {
  memset(received, 0, sizeof *received);
  union control control;
  struct iovec part = {buffer, size};
  struct msghdr message = {
      .msg_iov = &part,
      .msg_iovlen = 1,
      .msg_control = control.bytes,
      .msg_controllen = sizeof control.bytes,
  };
  received->length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (received->length < 0)
    return -errno;
  received->truncated = (message.msg_flags & MSG_TRUNC) != 0;
  received->control_truncated = (message.msg_flags & MSG_CTRUNC) != 0;
  for (struct cmsghdr *header = CMSG_FIRSTHDR(&message); header;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
      continue;
    received->control_count++;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; i++) {
      int descriptor;
      memcpy(&descriptor, CMSG_DATA(header) + i * sizeof(int), sizeof descriptor);
      if (received->descriptors < capacity) {
        descriptors[received->descriptors++] = descriptor;
      } else {
        close(descriptor);
        received->control_truncated = 1;
      }
    }
  }
  return 0;
}

ssize_t ctest_send(int socket, const void *buffer, size_t size, const int *descriptors,
                   size_t count) {
  if (count > MOST_DESCRIPTORS)
    return -EINVAL;
  union control control;
  memset(&control, 0, sizeof control);
  struct iovec part = {(void *)buffer, size};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), descriptors, count * sizeof(int));
  }
  ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
  return sent < 0 ? -errno : sent;
}
