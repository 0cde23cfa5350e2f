#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <sys/time.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

int clinux_rmdir(const char *path) { return VALUE_OR_ERRNO(rmdir(path)); }

int clinux_rename(const char *from, const char *to) { return VALUE_OR_ERRNO(rename(from, to)); }

int clinux_symlink(const char *target, const char *path) {
  return VALUE_OR_ERRNO(symlink(target, path));
}

int clinux_fstat(int descriptor, struct stat *status) {
  return VALUE_OR_ERRNO(fstat(descriptor, status));
}

int clinux_lstat(const char *path, struct stat *status) {
  return VALUE_OR_ERRNO(lstat(path, status));
}

int clinux_fsync(int descriptor) { return VALUE_OR_ERRNO(fsync(descriptor)); }

int clinux_fchmod(int descriptor, mode_t mode) { return VALUE_OR_ERRNO(fchmod(descriptor, mode)); }

int clinux_fchown(int descriptor, uid_t user, gid_t group) {
  return VALUE_OR_ERRNO(fchown(descriptor, user, group));
}

int clinux_stat(const char *path, struct stat *status) {
  return VALUE_OR_ERRNO(stat(path, status));
}

int clinux_real_path(const char *path, char *buffer) {
  return realpath(path, buffer) == NULL ? -errno : 0;
}

ssize_t clinux_attributes(int descriptor, char *names, size_t size) {
  return VALUE_OR_ERRNO(flistxattr(descriptor, names, size));
}

int clinux_copy_attribute(int from, int to, const char *name) {
  char value[XATTR_SIZE_MAX];
  ssize_t size = VALUE_OR_ERRNO(fgetxattr(from, name, value, sizeof value));
  return size < 0 ? (int)size : VALUE_OR_ERRNO(fsetxattr(to, name, value, (size_t)size, 0));
}

int clinux_remove_attribute(int descriptor, const char *name) {
  return VALUE_OR_ERRNO(fremovexattr(descriptor, name));
}

off_t clinux_seek(int descriptor, off_t offset) {
  return VALUE_OR_ERRNO(lseek(descriptor, offset, SEEK_SET));
}

int clinux_lock_exclusively(int descriptor) { return VALUE_OR_ERRNO(flock(descriptor, LOCK_EX)); }

static void wake(int signal) { (void)signal; }

int clinux_lock_exclusively_within(int descriptor, int milliseconds) {
  struct sigaction waking = {.sa_handler = wake}, action;
  sigset_t alarm, mask;
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigaction(SIGALRM, &waking, &action);
  sigprocmask(SIG_UNBLOCK, &alarm, &mask);
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  /* Again and again: the first signal may come before flock(2) has begun. */
  struct itimerval timer = {.it_value = time, .it_interval = time}, none = {0};
  setitimer(ITIMER_REAL, &timer, NULL);
  int result = VALUE_OR_ERRNO(flock(descriptor, LOCK_EX));
  setitimer(ITIMER_REAL, &none, NULL);
  sigprocmask(SIG_SETMASK, &mask, NULL);
  sigaction(SIGALRM, &action, NULL);
  return result;
}

ssize_t clinux_directory_names(int directory, char *buffer, size_t size) {
  char entries[4096] __attribute__((aligned(8)));
  size_t used = 0;
  while (used == 0) {
    ssize_t length = VALUE_OR_ERRNO(syscall(SYS_getdents64, directory, entries, sizeof entries));
    if (length <= 0) return length;
    for (ssize_t at = 0; at < length;) {
      /*
       * A record is longer than its name and the NUL, so the names of `entries` fit in as many
       * bytes.
       */
      const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
      size_t name = strlen(entry->d_name) + 1;
      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
      if (used + name > size) return -ERANGE;
      memcpy(buffer + used, entry->d_name, name);
      used += name;
    }
  }
  return (ssize_t)used;
}

uid_t clinux_effective_user(void) { return geteuid(); }

int clinux_is_directory(const struct stat *status) { return S_ISDIR(status->st_mode); }
