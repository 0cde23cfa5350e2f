#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

int clinux_is_roots_alone(const char *path) {
  struct stat status;
  int result = VALUE_OR_ERRNO(lstat(path, &status));
  if (result < 0) return result;
  return status.st_uid == 0 && (S_ISLNK(status.st_mode) || !(status.st_mode & (S_IWGRP | S_IWOTH)));
}

int clinux_lift_limits(void) {
  const int unlimited[] = {RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC};
  for (size_t i = 0; i < sizeof unlimited / sizeof *unlimited; i++) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(unlimited[i], &limit) == 0) continue;
    if (errno != EPERM || getrlimit(unlimited[i], &limit) < 0) return -errno;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(unlimited[i], &limit) < 0) return -errno;
  }
  return clinux_raise_descriptor_limit(1024);
}

int clinux_become_program(const char *path, char *const arguments[], char *const environment[],
                          int kept) {
  int result = clinux_reset_signals();
  if (result < 0) return result;
  struct sigaction standard = {.sa_handler = SIG_DFL};
  sigaction(SIGPIPE, &standard, NULL);
  /* dup2 onto itself would keep the mark that closes it. */
  int copy = fcntl(kept, F_DUPFD, 4);
  if (copy < 0 || dup2(copy, 3) < 0 || close_range(4, ~0U, 0) < 0) return -errno;
  execve(path, arguments, environment);
  return -errno;
}
