#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/nsfs.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "clinux_host.h"
#include "clinux_value.h"

int clinux_file_facts(const char *path, struct clinux_file_facts *facts) {
  struct stat status;
  int result = VALUE_OR_ERRNO(stat(path, &status));
  if (result < 0) return result;
  struct statvfs mount;
  result = VALUE_OR_ERRNO(statvfs(path, &mount));
  if (result < 0) return result;
  *facts = (struct clinux_file_facts){
      .mode = status.st_mode & 07777,
      .user = status.st_uid,
      .group = status.st_gid,
      .is_regular = S_ISREG(status.st_mode),
      .is_device = S_ISCHR(status.st_mode),
      .is_on_nosuid = (mount.f_flag & ST_NOSUID) != 0,
  };
  return 0;
}

ssize_t clinux_file_capabilities(const char *path, void *buffer, size_t size) {
  return VALUE_OR_ERRNO(getxattr(path, "security.capability", buffer, size));
}

ssize_t clinux_read_link(const char *path, void *buffer, size_t size) {
  return VALUE_OR_ERRNO(readlink(path, buffer, size));
}

int clinux_owns_network(void) {
  int network = VALUE_OR_ERRNO(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
  if (network < 0) return network;
  int owner = VALUE_OR_ERRNO(ioctl(network, NS_GET_USERNS));
  close(network);
  // The kernel shows nobody a user namespace around his own.
  if (owner == -EPERM) return 0;
  if (owner < 0) return owner;
  close(owner);
  return 1;
}

static ssize_t ask(int socket, const struct sockaddr_un *address, const void *request, size_t size,
                   void *reply, size_t reply_size, int milliseconds) {
  int result = VALUE_OR_ERRNO(connect(socket, (const struct sockaddr *)address, sizeof *address));
  if (result < 0) return result;
  ssize_t sent = VALUE_OR_ERRNO(send(socket, request, size, MSG_DONTWAIT | MSG_NOSIGNAL));
  if (sent < 0) return sent;
  struct pollfd event = {.fd = socket, .events = POLLIN};
  result = VALUE_OR_ERRNO(poll(&event, 1, milliseconds));
  if (result < 0) return result;
  return result == 0 ? -ETIMEDOUT : VALUE_OR_ERRNO(recv(socket, reply, reply_size, MSG_DONTWAIT));
}

ssize_t clinux_ask(const char *path, const void *request, size_t size, void *reply, size_t reply_size,
                   int milliseconds) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length);
  int descriptor = VALUE_OR_ERRNO(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (descriptor < 0) return descriptor;
  ssize_t answer = ask(descriptor, &address, request, size, reply, reply_size, milliseconds);
  close(descriptor);
  return answer;
}
