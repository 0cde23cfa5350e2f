/* What only the broker needs: children, signals that are read, what its starter says. */
#ifndef CLINUX_BROKER_H
#define CLINUX_BROKER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A variable of the environment, or NULL: getenv(3). Good until the environment is cleared. */
const char *clinux_environment(const char *name);
/* 1 if execve(2) gave the process rights that its caller has not: AT_SECURE of getauxval(3). */
int clinux_gained_rights(void);
/* FD_CLOEXEC. fcntl(2). */
int clinux_close_on_exec(int descriptor);
/* dup3(2), close-on-exec: `target`, which is closed first. */
int clinux_move_descriptor(int descriptor, int target);

/* Another descriptor of the same open file, close-on-exec. fcntl(2), F_DUPFD_CLOEXEC. */
int clinux_copy(int descriptor);
/* pipe2(2), close-on-exec: the end that is read, the end that is written to. */
int clinux_pipe(int ends[2]);
/* An event counter at 0, close-on-exec and non-blocking. eventfd(2). */
int clinux_counter(void);
/* Adds to it. */
int clinux_counter_add(int counter, uint64_t number);
/* Its number, which is 0 from then on. */
uint64_t clinux_counter_take(int counter);

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
 * Keeps some pieces of memory of each size up to 4 KiB for good, and room beside them. Where the C
 * library is musl, a group of pieces goes back to the kernel with its last one: without this each
 * child would map, fault in and unmap the same pages several times for one request.
 */
void clinux_reserve_heap(void);

/*
 * Maps the program's pages that it has from its parent or its file, what clinux_reserve_heap has
 * reserved, and some of its stack, as if each had been used: after fork(2) they else come one fault
 * at a time. Needs Linux 5.14; without it nothing happens.
 */
void clinux_map_program(void);

/* fork(2). */
pid_t clinux_fork(void);
/* A child that has ended, or 0 if none has; -ECHILD if there is none at all. waitpid(2). */
pid_t clinux_reap(void);
/* Makes the timer of clinux_end_after ahead. timer_create(2). */
int clinux_prepare_end(void);
/*
 * The kernel kills the process, stopped or not, once `milliseconds` have passed: a timer that sends
 * SIGKILL. A child does not inherit it. timer_settime(2).
 */
int clinux_end_after(int milliseconds);
/*
 * Makes the process what a set-user-ID root program is that `user` started: his are the real user
 * id, the groups and the supplementary groups; the effective and saved user id stay 0. Needs
 * CAP_SETUID and CAP_SETGID.
 */
int clinux_take_place_of(uid_t user, gid_t group, const gid_t *groups, size_t count);
/* Lets others go first who want the processor. sched_yield(2). */
void clinux_yield(void);

#endif
