#define _GNU_SOURCE
#include "ctestsupport.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

int ctest_terminal(int ends[2]) {
  ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (ends[0] < 0) return -errno;
  /* By the descriptor: the name may be another's in this mount namespace (ioctl_tty(2)). */
  if (unlockpt(ends[0]) == 0) {
    ends[1] = ioctl(ends[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[1] >= 0) return 0;
  }
  int error = errno;
  close(ends[0]);
  return -error;
}
