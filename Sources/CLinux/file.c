#define _GNU_SOURCE
#include "clinux.h"
#include "errno_value.h"

const int clinux_O_PATH = O_PATH;

const char *clinux_strerror(int number) { return strerrordesc_np(number); }

int clinux_open(const char *path, int flags, mode_t mode) {
  // Not open(2): with some C libraries that is a system call of its own, with others openat(2).
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

int clinux_fstat(int descriptor, struct stat *status) {
  return VALUE_OR_ERRNO(fstat(descriptor, status));
}
