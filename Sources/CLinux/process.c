#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#include "clinux.h"
#include "clinux_value.h"

int clinux_ids(struct clinux_process_ids *ids) {
  int result = VALUE_OR_ERRNO(getresuid(&ids->real_user, &ids->effective_user, &ids->saved_user));
  if (result < 0) return result;
  return VALUE_OR_ERRNO(getresgid(&ids->real_group, &ids->effective_group, &ids->saved_group));
}

int clinux_groups(gid_t *groups, int size) { return VALUE_OR_ERRNO(getgroups(size, groups)); }

int clinux_capabilities(struct clinux_capability_sets *sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
  int result = VALUE_OR_ERRNO(syscall(SYS_capget, &header, data));
  if (result < 0) return result;
  *sets = (struct clinux_capability_sets){
      .effective = data[0].effective | (uint64_t)data[1].effective << 32,
      .permitted = data[0].permitted | (uint64_t)data[1].permitted << 32,
      .inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32,
  };
  return 0;
}

int clinux_bounding_capabilities(void) {
  int count = 0;
  for (int capability = 0;; capability++) {
    int bounding = prctl(PR_CAPBSET_READ, capability, 0, 0, 0);
    /* EINVAL: the kernel has no more of them. */
    if (bounding < 0) return errno == EINVAL ? count : -errno;
    count += bounding;
  }
}

int clinux_empty_bounding_set(void) {
  for (int capability = 0;; capability++) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0) return errno == EINVAL ? 0 : -errno;
  }
}

int clinux_drop_capabilities(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
  return VALUE_OR_ERRNO(syscall(SYS_capset, &header, none));
}

int clinux_surrender(void) {
  struct clinux_process_ids ids;
  int result = clinux_ids(&ids);
  if (result < 0) return result;
  uid_t user = ids.real_user;
  gid_t group = ids.real_group;
  /* Only where there is something to change: the system call filter, once in force, forbids it. */
  if (ids.effective_group != group || ids.saved_group != group) {
    if (setresgid(group, group, group) < 0) return -errno;
  }
  if (ids.effective_user != user || ids.saved_user != user) {
    if (setresuid(user, user, user) < 0) return -errno;
  }
  result = clinux_drop_capabilities();
  if (result < 0) return result;

  struct clinux_capability_sets left;
  result = clinux_capabilities(&left);
  if (result < 0) return result;
  result = clinux_ids(&ids);
  if (result < 0) return result;
  return left.permitted == 0 && ids.effective_user == user && ids.saved_user == user &&
                 ids.effective_group == group && ids.saved_group == group
             ? 0
             : -EPERM;
}

int clinux_has_no_new_privileges(void) {
  return VALUE_OR_ERRNO(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
}

int clinux_set_no_new_privileges(void) {
  return VALUE_OR_ERRNO(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

int clinux_set_not_dumpable(void) { return VALUE_OR_ERRNO(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)); }

int clinux_is_dumpable(void) { return VALUE_OR_ERRNO(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)); }

int clinux_forbid_core_files(void) {
  struct rlimit none = {0, 0};
  return VALUE_OR_ERRNO(setrlimit(RLIMIT_CORE, &none));
}

int clinux_clear_environment(void) { return clearenv() == 0 ? 0 : -ENOMEM; }

int clinux_reset_signals(void) {
  /* An ignored or blocked signal survives execve; a handler does not (man 2 execve). */
  for (int signal = 1; signal <= SIGSYS; signal++) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    struct sigaction action = {.sa_handler = signal == SIGPIPE ? SIG_IGN : SIG_DFL};
    if (sigaction(signal, &action, NULL) < 0) return -errno;
  }
  sigset_t none;
  sigemptyset(&none);
  return VALUE_OR_ERRNO(sigprocmask(SIG_SETMASK, &none, NULL));
}

int clinux_stop_timers(void) {
  struct itimerval stopped = {0};
  const int timers[] = {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF};
  for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
    if (setitimer(timers[i], &stopped, NULL) < 0) return -errno;
  }
  return 0;
}

int clinux_set_umask(mode_t mask) { return umask(mask); }

int clinux_fill_standard_descriptors(void) {
  for (int descriptor = 0; descriptor <= 2; descriptor++) {
    if (fcntl(descriptor, F_GETFD) >= 0) continue;
    if (errno != EBADF) return -errno;
    /* The lowest free number is given out, and all below are taken: so it is this one. */
    int opened = open("/dev/null", O_RDWR | O_NOCTTY);
    if (opened < 0) return -errno;
    if (opened != descriptor) return -EBADF;
  }
  return 0;
}

int64_t clinux_time(void) { return time(NULL); }

int clinux_raise_descriptor_limit(uint64_t count) {
  struct rlimit limit;
  int result = VALUE_OR_ERRNO(getrlimit(RLIMIT_NOFILE, &limit));
  if (result < 0 || limit.rlim_cur >= count) return result;
  limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
  return VALUE_OR_ERRNO(setrlimit(RLIMIT_NOFILE, &limit));
}

int64_t clinux_monotonic_milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clinux_random(void *bytes, size_t size) { return VALUE_OR_ERRNO(getentropy(bytes, size)); }
