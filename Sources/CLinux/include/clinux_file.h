/* Files and descriptors. */
#ifndef CLINUX_FILE_H
#define CLINUX_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Bits of st_mode (man 7 inode), whose macros Swift cannot read. */
static const mode_t clinux_S_IFMT = S_IFMT;
static const mode_t clinux_S_IFLNK = S_IFLNK;
static const mode_t clinux_S_IFREG = S_IFREG;
static const mode_t clinux_S_IWGRP_S_IWOTH = S_IWGRP | S_IWOTH;

/* O_PATH of open(2), which only _GNU_SOURCE shows. */
extern const int clinux_O_PATH;

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
/* fstat(2). */
int clinux_fstat(int descriptor, struct stat *status);

#endif
