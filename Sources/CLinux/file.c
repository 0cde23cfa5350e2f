#define _GNU_SOURCE
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "clinux.h"
#include "clinux_value.h"

const int clinux_O_PATH = O_PATH;
const unsigned long clinux_FIONREAD = FIONREAD;

const char *clinux_strerror(int number) { return strerror(number); }

int clinux_open(const char *path, int flags, mode_t mode) {
  return VALUE_OR_ERRNO(openat(AT_FDCWD, path, flags | O_CLOEXEC, mode));
}

int clinux_openat(int directory, const char *path, int flags, mode_t mode) {
  return VALUE_OR_ERRNO(openat(directory, path, flags | O_CLOEXEC, mode));
}

int clinux_close(int descriptor) { return VALUE_OR_ERRNO(close(descriptor)); }

ssize_t clinux_read(int descriptor, void *buffer, size_t size) {
  return VALUE_OR_ERRNO(read(descriptor, buffer, size));
}

ssize_t clinux_write(int descriptor, const void *buffer, size_t size) {
  return VALUE_OR_ERRNO(write(descriptor, buffer, size));
}

int clinux_file_status(int descriptor, struct clinux_file_status *status) {
  struct stat found;
  if (fstat(descriptor, &found) < 0) return -errno;
  *status = (struct clinux_file_status){
      .device = found.st_dev,
      .inode = found.st_ino,
      .size = found.st_size,
      .owner = found.st_uid,
      .is_regular = S_ISREG(found.st_mode),
      .is_link = S_ISLNK(found.st_mode),
      .is_directory = S_ISDIR(found.st_mode),
      .is_socket = S_ISSOCK(found.st_mode),
      .is_pipe = S_ISFIFO(found.st_mode),
      .is_writable_by_others = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0,
  };
  return 0;
}

int clinux_chmod(const char *path, mode_t mode) { return VALUE_OR_ERRNO(chmod(path, mode)); }

int clinux_mkdir(const char *path, mode_t mode) { return VALUE_OR_ERRNO(mkdir(path, mode)); }

int clinux_unlink(const char *path) { return VALUE_OR_ERRNO(unlink(path)); }

int clinux_try_lock_exclusively(int descriptor) {
  return VALUE_OR_ERRNO(flock(descriptor, LOCK_EX | LOCK_NB));
}

int clinux_close_from(int first) {
  /* The system call: musl has no close_range(3). */
  return VALUE_OR_ERRNO(syscall(SYS_close_range, (unsigned)first, ~0U, 0));
}

int clinux_poll(struct pollfd *entries, size_t count, int milliseconds) {
  /* Not poll(2), which some kernels do not have: the C library would take one of the two. */
  struct timespec limit = {.tv_sec = milliseconds / 1000,
                           .tv_nsec = milliseconds % 1000 * 1000000L};
  return VALUE_OR_ERRNO(ppoll(entries, count, milliseconds < 0 ? NULL : &limit, NULL));
}

int clinux_unread(int pipe) {
  int bytes = 0;
  int result = VALUE_OR_ERRNO(ioctl(pipe, FIONREAD, &bytes));
  return result < 0 ? result : bytes;
}

int clinux_await_no_reader(int pipe, int milliseconds) {
  struct pollfd entry = {.fd = pipe};
  struct timespec limit = {.tv_sec = milliseconds / 1000,
                           .tv_nsec = milliseconds % 1000 * 1000000L};
  return VALUE_OR_ERRNO(ppoll(&entry, 1, &limit, NULL));
}

int clinux_has_room(int descriptor) {
  struct pollfd entry = {.fd = descriptor, .events = POLLOUT};
  struct timespec none = {0, 0};
  return VALUE_OR_ERRNO(ppoll(&entry, 1, &none, NULL));
}
