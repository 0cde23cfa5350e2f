#define _GNU_SOURCE
#include "clinux.h"
#include "clinux_value.h"

const int clinux_O_PATH = O_PATH;

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
      .is_writable_by_others = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0,
  };
  return 0;
}
