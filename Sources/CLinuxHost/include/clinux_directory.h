/* Files by name: directories, renames, links, locks. */
#ifndef CLINUX_DIRECTORY_H
#define CLINUX_DIRECTORY_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* rmdir(2). */
int clinux_rmdir(const char *path);
/* rename(2). */
int clinux_rename(const char *from, const char *to);
/* symlink(2): a link at `path` that leads to `target`. */
int clinux_symlink(const char *target, const char *path);
/* fstat(2). */
int clinux_fstat(int descriptor, struct stat *status);
/* lstat(2). */
int clinux_lstat(const char *path, struct stat *status);
/* fsync(2). */
int clinux_fsync(int descriptor);
/* fchmod(2). */
int clinux_fchmod(int descriptor, mode_t mode);
/* fchown(2). */
int clinux_fchown(int descriptor, uid_t user, gid_t group);
/* stat(2). */
int clinux_stat(const char *path, struct stat *status);
/*
 * The path without links that leads to the same file: realpath(3). `buffer` has PATH_MAX bytes.
 */
int clinux_real_path(const char *path, char *buffer);
/*
 * The names of a file's extended attributes, each followed by a NUL; returns the bytes used of
 * `names`. 65536 are enough: flistxattr(2).
 */
ssize_t clinux_attributes(int descriptor, char *names, size_t size);
/* Gives one file the extended attribute `name` of another: fgetxattr(2), fsetxattr(2). */
int clinux_copy_attribute(int from, int to, const char *name);
/*
 * Takes the extended attribute `name` away from a file: fremovexattr(2). -ENODATA if it has none,
 * -EOPNOTSUPP if its file system has no such.
 */
int clinux_remove_attribute(int descriptor, const char *name);
/* lseek(2) to `offset` from the start. */
off_t clinux_seek(int descriptor, off_t offset);
/* flock(2), waiting, for nobody else to hold it. */
int clinux_lock_exclusively(int descriptor);
/*
 * The same; -EINTR if somebody else still holds it after so many milliseconds, more than 0. For one
 * thread: the signal of setitimer(2), which tells that, is the process's.
 */
int clinux_lock_exclusively_within(int descriptor, int milliseconds);
/*
 * The names in an open directory from where the last call ended, without `.` and `..`, each
 * followed by a NUL. Returns the bytes used of `buffer`, 0 at the end. getdents64(2); size is at
 * least 4096.
 */
ssize_t clinux_directory_names(int directory, char *buffer, size_t size);
/* geteuid(2). */
uid_t clinux_effective_user(void);
/* The bits of struct stat that Swift cannot read: its st_mode is of a directory. */
int clinux_is_directory(const struct stat *status);

#endif
