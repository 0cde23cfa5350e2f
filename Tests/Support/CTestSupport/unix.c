#define _GNU_SOURCE
#include "ctestsupport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

const int ctest_O_PATH = O_PATH;

static int address_of(const char *path, struct sockaddr_un *address) {
  *address = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address->sun_path) return -ENAMETOOLONG;
  strcpy(address->sun_path, path);
  return 0;
}

/* Groups, effective group and effective user of this thread: the bare calls, for glibc's would
 * change every thread. */
static int become(uid_t user, gid_t group, const gid_t *groups, size_t count) {
  return syscall(SYS_setgroups, count, groups) != 0 ||
         syscall(SYS_setresgid, -1, group, -1) != 0 || syscall(SYS_setresuid, -1, user, -1) != 0;
}

int ctest_connect_as(int file, uid_t user, gid_t group, const gid_t *groups, size_t count) {
  gid_t own[256];
  int own_count = getgroups(256, own);
  if (own_count < 0) return -errno;
  int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  struct sockaddr_un address;
  address_of(path, &address);

  int result = 0;
  if (become(user, group, groups, count) != 0 ||
      connect(made, (struct sockaddr *)&address, sizeof address) != 0)
    result = -errno;
  /* User first, who may set the others. A thread that is not root would spoil every later test. */
  if (syscall(SYS_setresuid, -1, 0, -1) != 0 || become(0, 0, own, (size_t)own_count) != 0) abort();
  if (result == 0) return made;
  close(made);
  return result;
}

int ctest_listen(const char *path) {
  struct sockaddr_un address;
  int result = address_of(path, &address);
  if (result < 0) return result;
  int made = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (made < 0) return -errno;
  if (bind(made, (struct sockaddr *)&address, sizeof address) == 0 && chmod(path, 0666) == 0 &&
      listen(made, 4096) == 0)
    return made;
  result = -errno;
  close(made);
  return result;
}
