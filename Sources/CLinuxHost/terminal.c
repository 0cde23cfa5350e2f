#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

extern char **environ;

int clinux_is_terminal(int descriptor) { return isatty(descriptor); }

int clinux_terminal_columns(int descriptor) {
  struct winsize size = {0};
  int result = VALUE_OR_ERRNO(ioctl(descriptor, TIOCGWINSZ, &size));
  return result < 0 ? result : size.ws_col;
}

int clinux_run_in_terminal(const char *path, char *const arguments[], int input) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  int result = posix_spawn_file_actions_init(&actions);
  if (result != 0) return -result;
  if (input >= 0) result = posix_spawn_file_actions_adddup2(&actions, input, 0);
  if (result == 0) result = posix_spawnattr_init(&attributes);
  if (result != 0) {
    posix_spawn_file_actions_destroy(&actions);
    return -result;
  }

  /* Before the program runs, so that none of its keys can reach us first. */
  struct sigaction ignored = {.sa_handler = SIG_IGN}, interrupt, quit;
  sigaction(SIGINT, &ignored, &interrupt);
  sigaction(SIGQUIT, &ignored, &quit);
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGINT);
  sigaddset(&defaults, SIGQUIT);
  sigaddset(&defaults, SIGPIPE);
  result = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  if (result == 0) result = posix_spawnattr_setsigdefault(&attributes, &defaults);
  pid_t child = 0;
  if (result == 0) result = posix_spawn(&child, path, &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  int ending = -result;
  if (result == 0) {
    do ending = clinux_wait(child);
    while (ending == -EINTR);
  }
  sigaction(SIGINT, &interrupt, NULL);
  sigaction(SIGQUIT, &quit, NULL);
  return ending;
}

int clinux_temporary_file(char *template, int suffix) {
  return VALUE_OR_ERRNO(mkostemps(template, suffix, O_CLOEXEC));
}

int clinux_ignore_broken_pipes(void) {
  struct sigaction ignored = {.sa_handler = SIG_IGN};
  return VALUE_OR_ERRNO(sigaction(SIGPIPE, &ignored, NULL));
}

int clinux_interrupts(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int result = VALUE_OR_ERRNO(sigprocmask(SIG_BLOCK, &signals, NULL));
  return result < 0 ? result : (int)VALUE_OR_ERRNO(signalfd(-1, &signals, SFD_CLOEXEC));
}

int clinux_poll_either(int first, int second, int milliseconds) {
  struct pollfd entries[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
  int result = VALUE_OR_ERRNO(poll(entries, 2, milliseconds));
  if (result <= 0) return result;
  return (entries[0].revents != 0) | (entries[1].revents != 0) << 1;
}
