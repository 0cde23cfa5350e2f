#define _GNU_SOURCE
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

/*
 * The lookups fail with ERANGE until the buffer is as large as an entry, which may have any size.
 */
static const size_t largest_entry = 1 << 24;

int clinux_account(const char *name, uid_t *user, gid_t *group, char *found, size_t size) {
  for (size_t room = 1024; room <= largest_entry; room *= 4) {
    char *buffer = malloc(room);
    if (buffer == NULL) return -ENOMEM;
    struct passwd entry, *result = NULL;
    int error = name != NULL ? getpwnam_r(name, &entry, buffer, room, &result)
                             : getpwuid_r(*user, &entry, buffer, room, &result);
    int answer = 0;
    if (result != NULL) {
      answer = strlen(entry.pw_name) < size ? 1 : -ERANGE;
      if (answer == 1) strcpy(found, entry.pw_name);
      *user = entry.pw_uid;
      *group = entry.pw_gid;
    }
    free(buffer);
    /*
     * Other errors say, each service its own way, that there is no such user: getpwnam(3), NOTES.
     */
    if (error != ERANGE) return answer;
  }
  return -ERANGE;
}

int clinux_account_groups(const char *name, gid_t group, gid_t *groups, int size) {
  int count = size;
  getgrouplist(name, group, groups, &count);
  return count;
}

int clinux_group(const char *name, gid_t *group) {
  for (size_t room = 1024; room <= largest_entry; room *= 4) {
    char *buffer = malloc(room);
    if (buffer == NULL) return -ENOMEM;
    struct group entry, *result = NULL;
    int error = getgrnam_r(name, &entry, buffer, room, &result);
    if (result != NULL) *group = entry.gr_gid;
    free(buffer);
    if (error != ERANGE) return result != NULL;
  }
  return -ERANGE;
}

int clinux_become(uid_t user, gid_t group, const gid_t *groups, size_t count) {
  int result = VALUE_OR_ERRNO(setgroups(count, groups));
  if (result == 0) result = VALUE_OR_ERRNO(setresgid(group, group, group));
  if (result == 0) result = VALUE_OR_ERRNO(setresuid(user, user, user));
  return result == 0 ? clinux_drop_capabilities() : result;
}

int clinux_try_reading_as(const char *path, uid_t user, gid_t group, const gid_t *groups, size_t count) {
  pid_t child = VALUE_OR_ERRNO(fork());
  if (child < 0) return child;
  if (child == 0) {
    int result = clinux_become(user, group, groups, count);
    if (result == 0) result = VALUE_OR_ERRNO(access(path, R_OK));
    _exit(-result);
  }
  int ending;
  do ending = clinux_wait(child);
  while (ending == -EINTR);
  return ending < 0 ? ending : -ending;
}
