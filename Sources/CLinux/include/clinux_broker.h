/* What only the broker needs: children, signals that are read, what its starter says. */
#ifndef CLINUX_BROKER_H
#define CLINUX_BROKER_H

#include <stddef.h>
#include <sys/types.h>

/* A variable of the environment, or NULL: getenv(3). Good until the environment is cleared. */
const char *clinux_environment(const char *name);
/* 1 if execve(2) gave the process rights that its caller has not: AT_SECURE of getauxval(3). */
int clinux_gained_rights(void);
/* FD_CLOEXEC. fcntl(2). */
int clinux_close_on_exec(int descriptor);
/* dup3(2), close-on-exec: `target`, which is closed first. */
int clinux_move_descriptor(int descriptor, int target);

/*
 * Blocks SIGCHLD, SIGINT and SIGTERM; a descriptor from which they can be read, close-on-exec and
 * non-blocking. signalfd(2).
 */
int clinux_signals_open(void);
/* The number of the next signal; -EAGAIN if there is none. */
int clinux_signals_next(int descriptor);
/* Unblocks every signal. */
int clinux_unblock_signals(void);

/*
 * Keeps one piece of memory of each size up to 4 KiB for good. Where the C library is musl, a group
 * of pieces goes back to the kernel with its last one: without this each child would map, fault in
 * and unmap the same pages several times for one request.
 */
void clinux_reserve_heap(void);

/*
 * Maps the program's pages that it has from its parent or its file, and some of its stack, as if
 * each had been used: after fork(2) they else come one fault at a time. Needs Linux 5.14; without it
 * nothing happens.
 */
void clinux_map_program(void);

/* fork(2). */
pid_t clinux_fork(void);
/* A child that has ended, or 0 if none has; -ECHILD if there is none at all. waitpid(2). */
pid_t clinux_reap(void);
/*
 * The kernel kills the process, stopped or not, once `milliseconds` have passed: a timer of
 * timer_create(2) that sends SIGKILL. A child does not inherit it.
 */
int clinux_end_after(int milliseconds);
/*
 * Makes the process what a set-user-ID root program is that `user` started: his are the real user
 * id, the groups and the supplementary groups; the effective and saved user id stay 0. Needs
 * CAP_SETUID and CAP_SETGID.
 */
int clinux_take_place_of(uid_t user, gid_t group, const gid_t *groups, size_t count);

#endif
