#define _GNU_SOURCE
#include <linux/ioprio.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
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

int clinux_lift_priority(void) {
  struct sched_param usual = {0};
  if (sched_setscheduler(0, SCHED_OTHER, &usual) < 0) return -errno;
  if (setpriority(PRIO_PROCESS, 0, 0) < 0) return -errno;
  /* The kernel leaves out what the process may not use. */
  cpu_set_t all;
  memset(&all, 0xFF, sizeof all);
  if (sched_setaffinity(0, sizeof all, &all) < 0) return -errno;
  /* What these two cannot change does no harm: in a container they may be forbidden. */
  syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file >= 0) {
    ssize_t written = write(file, "0\n", 2);
    (void)written;
    close(file);
  }
  return 0;
}

int clinux_ignore_stops(void) {
  const int stops[] = {SIGTSTP, SIGTTIN, SIGTTOU};
  for (size_t i = 0; i < sizeof stops / sizeof *stops; i++)
    if (signal(stops[i], SIG_IGN) == SIG_ERR) return -errno;
  return 0;
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
