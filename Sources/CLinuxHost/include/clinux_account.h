/* Users and groups as the name service switch has them, and what they may read. */
#ifndef CLINUX_ACCOUNT_H
#define CLINUX_ACCOUNT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The user called `name` or, if it is NULL, the one with the number `*user`: getpwnam_r(3),
 * getpwuid_r(3). Fills in numbers and, with its NUL, the name (at most `size` bytes). 0 if there is
 * none, 1 if there is one, -ERANGE if the name does not fit.
 */
int clinux_account(const char *name, uid_t *user, gid_t *group, char *found, size_t size);
/*
 * The groups that a user called `name` whose own group is `group` has when he logs in, that one
 * among them: getgrouplist(3). Returns how many there are, of which at most `size` are filled in.
 */
int clinux_account_groups(const char *name, gid_t group, gid_t *groups, int size);
/* The number of the group called `name`: getgrnam_r(3). 0 if there is none, 1 if there is one. */
int clinux_group(const char *name, gid_t *group);
/*
 * Becomes that user for good: real, effective and saved ids, supplementary groups, and no
 * capability. Needs CAP_SETUID and CAP_SETGID.
 */
int clinux_become(uid_t user, gid_t group, const gid_t *groups, size_t count);
/* Whether a process of that user could open `path` for reading: 0, or -errno. Needs the same. */
int clinux_try_reading_as(const char *path, uid_t user, gid_t group, const gid_t *groups, size_t count);

#endif
