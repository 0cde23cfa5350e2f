/* Files and descriptors. */
#ifndef CLINUX_FILE_H
#define CLINUX_FILE_H

#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* O_PATH of open(2), which only _GNU_SOURCE shows. */
extern const int clinux_O_PATH;
/* The ioctl number of clinux_unread, for the seccomp filter too. */
extern const unsigned long clinux_FIONREAD;

/* open(2) with O_CLOEXEC added. mode counts only with O_CREAT. */
int clinux_open(const char *path, int flags, mode_t mode);
/* openat(2) with O_CLOEXEC added. */
int clinux_openat(int directory, const char *path, int flags, mode_t mode);
/* close(2). -EINTR means closed all the same. */
int clinux_close(int descriptor);
/* read(2): bytes read, 0 at the end. */
ssize_t clinux_read(int descriptor, void *buffer, size_t size);
/* write(2): bytes written, perhaps fewer than size. */
ssize_t clinux_write(int descriptor, const void *buffer, size_t size);
/*
 * What fstat(2) tells of a file: a structure of our own, for C libraries lay out theirs
 * differently.
 */
struct clinux_file_status {
  uint64_t device, inode; /* st_dev, st_ino */
  int64_t size;           /* st_size, bytes */
  uint32_t owner;         /* st_uid */
  int is_regular, is_link, is_pipe, is_directory, is_socket;
  int is_writable_by_others; /* by the group or by everybody */
};
int clinux_file_status(int descriptor, struct clinux_file_status *status);

/* mkdir(2). */
int clinux_mkdir(const char *path, mode_t mode);

/* chmod(2). */
int clinux_chmod(const char *path, mode_t mode);
/* unlink(2). */
int clinux_unlink(const char *path);
/* flock(2); -EWOULDBLOCK if somebody else holds it. */
int clinux_try_lock_exclusively(int descriptor);
/* Closes every descriptor from `first` on. close_range(2). */
int clinux_close_from(int first);
/*
 * ppoll(2): how many of the entries have something, 0 when `milliseconds` have passed; a negative
 * number waits for ever.
 */
int clinux_poll(struct pollfd *entries, size_t count, int milliseconds);

/* FIONREAD on either end of a pipe (pipe(7)): the bytes in it that nobody has read yet. */
int clinux_unread(int pipe);
/*
 * ppoll(2) for POLLERR alone on the writing end of a pipe: 1 when its last reader has gone, 0 when
 * `milliseconds` have passed.
 */
int clinux_await_no_reader(int pipe, int milliseconds);

/* 1 if a write of a line would not wait, else 0. poll(2). */
int clinux_has_room(int descriptor);

#endif
