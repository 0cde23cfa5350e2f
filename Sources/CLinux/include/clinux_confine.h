/* Landlock: Documentation/userspace-api/landlock.rst, <linux/landlock.h>. */
#ifndef CLINUX_CONFINE_H
#define CLINUX_CONFINE_H

#include <stddef.h>
#include <stdint.h>

/* The version of Landlock that the kernel has, 1 or more; -ENOSYS or -EOPNOTSUPP if it has none. */
int clinux_landlock_version(void);
/*
 * From now on the process may do with the file system nothing but read files, may neither bind nor
 * connect TCP sockets, and may neither signal nor reach by abstract socket a process outside: as
 * far as `version` has it. Needs no_new_privs. Descriptors that are open already are not affected.
 */
int clinux_landlock_read_files_only(int version);
/*
 * Puts a system call filter in force: `length` instructions (1 to 4096) of struct sock_filter,
 * eight bytes each. Needs no_new_privs. seccomp(2), SECCOMP_SET_MODE_FILTER.
 */
int clinux_install_filter(const uint64_t *instructions, size_t length);

#endif
