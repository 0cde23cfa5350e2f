#define _GNU_SOURCE
#include <poll.h>
#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

/*
 * glibc's posix_spawn(3) forks with CLONE_VFORK | CLONE_VM and all signals blocked, calls only what
 * is async-signal-safe in the child, and tells us if execve(2) failed.
 */
pid_t clinux_spawn(const char *path, char *const arguments[], char *const environment[], int input, int output,
                   int error, const int *kept, size_t kept_count) {
  if (kept_count > CLINUX_MAXIMUM_KEPT) return -EINVAL;
  int sources[3 + CLINUX_MAXIMUM_KEPT] = {input, output, error};
  int count = 3 + (int)kept_count;
  for (size_t i = 0; i < kept_count; i++) sources[3 + i] = kept[i];

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return -result;
  result = posix_spawnattr_init(&attributes);
  if (result != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -result;
  }

  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  result = posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
  if (result == 0) result = posix_spawnattr_setsigmask(&attributes, &none);
  if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &all);

  /* First out of the way of the numbers that they are to have, and only then onto them. */
  int copies[3 + CLINUX_MAXIMUM_KEPT];
  int made = 0;
  for (; result == 0 && made < count; made++) {
    copies[made] = fcntl(sources[made], F_DUPFD_CLOEXEC, 16);
    if (copies[made] < 0) {
      result = errno;
      break;
    }
  }
  for (int i = 0; result == 0 && i < count; i++) {
    result = posix_spawn_file_actions_adddup2(&actions, copies[i], i);
  }
  if (result == 0) result = posix_spawn_file_actions_addclosefrom_np(&actions, count);

  pid_t child = 0;
  if (result == 0) result = posix_spawn(&child, path, &actions, &attributes, arguments, environment);
  for (int i = 0; i < made; i++) close(copies[i]);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return result == 0 ? child : -result;
}

int clinux_wait(pid_t child) {
  int status = 0;
  int result = VALUE_OR_ERRNO(waitpid(child, &status, 0));
  if (result < 0) return result;
  return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

int clinux_pidfd_open(pid_t process) { return VALUE_OR_ERRNO(syscall(SYS_pidfd_open, process, 0)); }

int clinux_pidfd_signal(int pidfd, int signal) {
  return VALUE_OR_ERRNO(syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0));
}

int clinux_poll_readable(int descriptor, int milliseconds) {
  struct pollfd entry = {.fd = descriptor, .events = POLLIN};
  return VALUE_OR_ERRNO(poll(&entry, 1, milliseconds));
}

int clinux_memory_file(const char *name) { return VALUE_OR_ERRNO(memfd_create(name, MFD_CLOEXEC)); }

int clinux_processors(void) {
  cpu_set_t set;
  int result = VALUE_OR_ERRNO(sched_getaffinity(0, sizeof set, &set));
  return result < 0 ? result : CPU_COUNT(&set);
}
