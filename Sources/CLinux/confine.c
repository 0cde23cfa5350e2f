#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include "clinux.h"
#include "clinux_value.h"

/* What came after the oldest header that we build with (Linux 6.1); the numbers are kernel ABI. */
#ifndef LANDLOCK_ACCESS_FS_TRUNCATE
#define LANDLOCK_ACCESS_FS_TRUNCATE (1ULL << 14) /* version 3 */
#endif
#ifndef LANDLOCK_ACCESS_FS_IOCTL_DEV
#define LANDLOCK_ACCESS_FS_IOCTL_DEV (1ULL << 15) /* version 5 */
#endif
#ifndef LANDLOCK_ACCESS_NET_BIND_TCP
#define LANDLOCK_ACCESS_NET_BIND_TCP (1ULL << 0) /* version 4 */
#define LANDLOCK_ACCESS_NET_CONNECT_TCP (1ULL << 1)
#endif
#ifndef LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
#define LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET (1ULL << 0) /* version 6 */
#define LANDLOCK_SCOPE_SIGNAL (1ULL << 1)
#endif

/* struct landlock_ruleset_attr as of version 6; the header may know only its first member. */
struct ruleset {
  uint64_t files, network, scoped;
};

int clinux_landlock_version(void) {
  return VALUE_OR_ERRNO(
      syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

int clinux_landlock_read_files_only(int version) {
  /* Version 1 ends with MAKE_SYM. What is not named stays allowed: reading needs no rule. */
  struct ruleset rules = {.files = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};
  /*
   * Nor does opening a directory: refused here, an include of one would look like an unreadable
   * file.
   */
  rules.files &= ~(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR);
  size_t size = sizeof rules.files;
  if (version >= 2) rules.files |= LANDLOCK_ACCESS_FS_REFER;
  if (version >= 3) rules.files |= LANDLOCK_ACCESS_FS_TRUNCATE;
  if (version >= 4) {
    rules.network = LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
    size = offsetof(struct ruleset, scoped);
  }
  if (version >= 5) rules.files |= LANDLOCK_ACCESS_FS_IOCTL_DEV;
  if (version >= 6) {
    rules.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
    size = sizeof rules;
  }
  int ruleset = VALUE_OR_ERRNO(syscall(SYS_landlock_create_ruleset, &rules, size, 0));
  if (ruleset < 0) return ruleset;

  int result = VALUE_OR_ERRNO(syscall(SYS_landlock_restrict_self, ruleset, 0));
  close(ruleset);
  return result;
}

_Static_assert(sizeof(struct sock_filter) == sizeof(uint64_t), "an instruction has eight bytes");

int clinux_install_filter(const uint64_t *instructions, size_t length) {
  if (length < 1 || length > BPF_MAXINSNS) return -EINVAL;
  struct sock_fprog program = {.len = (unsigned short)length,
                               .filter = (struct sock_filter *)instructions};
  return VALUE_OR_ERRNO(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}
