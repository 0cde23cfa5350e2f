#define _GNU_SOURCE
#include <poll.h>
#include <sys/ioctl.h>

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
      .is_pipe = S_ISFIFO(found.st_mode),
      .is_writable_by_others = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0,
  };
  return 0;
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
