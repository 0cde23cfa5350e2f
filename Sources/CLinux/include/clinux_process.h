/* What a process is and may: man 7 credentials, man 7 capabilities, man 7 signal. */
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <linux/capability.h>
#include <stdint.h>
#include <sys/types.h>

/* The real, effective and saved ids of the process. */
struct clinux_process_ids {
  uid_t real_user, effective_user, saved_user;
  gid_t real_group, effective_group, saved_group;
};
int clinux_ids(struct clinux_process_ids *ids);
/* The number of supplementary groups; with size >= that number, also the groups. */
int clinux_groups(gid_t *groups, int size);

/*
 * The capability sets of the process, bit N for capability N. The ambient set needs no look: it is
 * within permitted and inheritable, always (man 7 capabilities).
 */
struct clinux_capability_sets {
  uint64_t effective, permitted, inheritable;
};
int clinux_capabilities(struct clinux_capability_sets *sets);
/* The number of capabilities in the bounding set. */
int clinux_bounding_capabilities(void);
/* Empties the bounding set; needs CAP_SETPCAP. */
int clinux_empty_bounding_set(void);
/* Empties the effective, permitted and inheritable sets. */
int clinux_drop_capabilities(void);

/* 1 if the process can gain no privilege by execve any more (PR_GET_NO_NEW_PRIVS). */
int clinux_has_no_new_privileges(void);
int clinux_set_no_new_privileges(void);
/* PR_SET_DUMPABLE 0: no core file, no ptrace, /proc/self is root's. */
int clinux_set_not_dumpable(void);
int clinux_is_dumpable(void);
/* RLIMIT_CORE to 0, soft and hard. */
int clinux_forbid_core_files(void);

/*
 * Gives up whatever the process has beyond its real user and group: ids and every capability, for
 * good. 0 only if that is so afterwards.
 */
int clinux_surrender(void);

/* Forgets every variable of the environment. */
int clinux_clear_environment(void);
/*
 * Every standard signal to its default action and unblocked, but for SIGPIPE, which is ignored.
 * Real-time signals nobody sends unasked.
 */
int clinux_reset_signals(void);
/* Stops the interval timers, which survive execve (man 2 setitimer, man 2 alarm). */
int clinux_stop_timers(void);
/* umask(2). Returns the old one. */
int clinux_set_umask(mode_t mask);
/* Makes descriptors 0, 1 and 2 exist: a missing one becomes /dev/null. */
int clinux_fill_standard_descriptors(void);

/* Seconds since 1970: time(2). */
int64_t clinux_time(void);
/* Raises the soft limit of open descriptors to `count`, or to the hard limit. setrlimit(2). */
int clinux_raise_descriptor_limit(uint64_t count);
/* Milliseconds since the machine's start: clock_gettime(2), CLOCK_MONOTONIC. */
int64_t clinux_monotonic_milliseconds(void);

/* getentropy(3): size is at most 256. */
int clinux_random(void *bytes, size_t size);

#endif
