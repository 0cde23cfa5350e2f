/*
 * What root does for others: whose a file is, what is left behind of a caller, and what serves on.
 */
#ifndef CLINUX_SERVICE_H
#define CLINUX_SERVICE_H

#include <stddef.h>
#include <sys/types.h>

/* 1 if what is at `path`, a link itself, is root's and nobody else may write to it; else 0. */
int clinux_is_roots_alone(const char *path);
/*
 * What limits this process by its caller's will is put as high as may be: file size, processor
 * time, memory, processes; and descriptors at 1024 at least. setrlimit(2).
 */
int clinux_lift_limits(void);
/*
 * This process is scheduled as one that nobody has put back, and is not the first that dies where
 * memory is short. sched(7), setpriority(2), ioprio_set(2), proc(5).
 */
int clinux_lift_priority(void);
/* A terminal does not stop this process any more. */
int clinux_ignore_stops(void);
/*
 * Becomes the program at `path`, with the standard descriptors of this one, `kept` as descriptor 3,
 * and no other; signals at their defaults, none blocked. Returns only if it fails: -errno, and
 * then other descriptors may be gone. execve(2).
 */
int clinux_become_program(const char *path, char *const arguments[], char *const environment[],
                          int kept);

#endif
