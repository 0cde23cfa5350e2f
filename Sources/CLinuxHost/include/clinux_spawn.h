/* Programs run as children, and processes told apart. */
#ifndef CLINUX_SPAWN_H
#define CLINUX_SPAWN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Starts the program at `path` (no search, no shell) with the arguments and environment given, both
 * NULL-terminated. Its descriptors 0, 1 and 2 are `input`, `output` and `error`; those of `kept`
 * (at most CLINUX_MAXIMUM_KEPT) follow as 3, 4, ...; all others are closed. Signals are at their
 * defaults, none blocked; it is the leader of a session of its own. Returns its process number once
 * execve(2) has succeeded, or -errno.
 */
#define CLINUX_MAXIMUM_KEPT 4
pid_t clinux_spawn(const char *path, char *const arguments[], char *const environment[], int input, int output,
                   int error, const int *kept, size_t kept_count);
/* waitpid(2) for one child: 0 to 255 is its exit status, 256 + n the signal n that ended it. */
int clinux_wait(pid_t child);
/* pidfd_open(2), close-on-exec. */
int clinux_pidfd_open(pid_t process);
/* pidfd_send_signal(2). */
int clinux_pidfd_signal(int pidfd, int signal);
/* poll(2) for input on one descriptor: 1 when there is some, 0 when `milliseconds` have passed. */
int clinux_poll_readable(int descriptor, int milliseconds);
/* memfd_create(2), close-on-exec. */
int clinux_memory_file(const char *name);
/* The number of processors that this process may run on. sched_getaffinity(2). */
int clinux_processors(void);

#endif
