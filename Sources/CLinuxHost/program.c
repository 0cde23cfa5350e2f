#define _GNU_SOURCE
#include <pwd.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

extern char **environ;

int clinux_keep_on_exec(int descriptor) { return VALUE_OR_ERRNO(fcntl(descriptor, F_SETFD, 0)); }

int clinux_exec(const char *path, char *const arguments[]) {
  struct sigaction action = {.sa_handler = SIG_DFL}, before;
  sigaction(SIGPIPE, &action, &before);
  execve(path, arguments, environ);
  int result = -errno;
  sigaction(SIGPIPE, &before, NULL);
  return result;
}

int clinux_hold_signals(sigset_t *before) {
  sigset_t all;
  sigfillset(&all);
  return VALUE_OR_ERRNO(sigprocmask(SIG_BLOCK, &all, before));
}

pid_t clinux_start_beside(const char *path, char *const arguments[], const sigset_t *mask) {
  posix_spawnattr_t attributes;
  int result = posix_spawnattr_init(&attributes);
  if (result != 0) return -result;
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  result = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  if (result == 0) result = posix_spawnattr_setsigmask(&attributes, mask);
  if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &defaults);
  pid_t child = 0;
  if (result == 0) result = posix_spawn(&child, path, NULL, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  return result == 0 ? child : -result;
}

/* Whether the terminal sends that signal, to all who are in its foreground. */
static int is_terminals(int signal) {
  return signal == SIGINT || signal == SIGQUIT || signal == SIGHUP || signal == SIGTSTP ||
         signal == SIGTTIN || signal == SIGTTOU || signal == SIGCONT || signal == SIGWINCH;
}

int clinux_attend(pid_t child) {
  sigset_t all;
  sigfillset(&all);
  for (;;) {
    siginfo_t signal;
    int number = sigwaitinfo(&all, &signal);
    if (number < 0 && errno != EINTR) return -errno;
    if (number == SIGCHLD) {
      int status = 0;
      pid_t found = waitpid(child, &status, WNOHANG | WUNTRACED);
      if (found < 0) return -errno;
      if (found == 0) continue;
      if (WIFSTOPPED(status)) {
        /* As the shell that waits for us expects; whoever wakes us wakes the group. */
        kill(getpid(), SIGSTOP);
        continue;
      }
      return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    /* SI_KERNEL and the like: a key was pressed, or the terminal is gone. */
    if (number > 0 && (signal.si_code <= 0 || !is_terminals(number))) kill(child, number);
  }
}

ssize_t clinux_user_name(uid_t user, char *buffer, size_t size) {
  struct passwd entry, *found = NULL;
  char text[16384];
  int result = getpwuid_r(user, &entry, text, sizeof text, &found);
  if (result != 0) return -result;
  if (found == NULL) return 0;
  size_t length = strlen(entry.pw_name);
  if (length == 0 || length > size) return -ERANGE;
  memcpy(buffer, entry.pw_name, length);
  return (ssize_t)length;
}

uid_t clinux_real_user(void) { return getuid(); }

int clinux_tun_name(int descriptor, char name[16]) {
  struct ifreq request = {0};
  int result = VALUE_OR_ERRNO(ioctl(descriptor, TUNGETIFF, &request));
  memcpy(name, request.ifr_name, IFNAMSIZ);
  return result;
}
