/* The program that we are, the one that we become, and one that we stand beside. */
#ifndef CLINUX_PROGRAM_H
#define CLINUX_PROGRAM_H

#include <signal.h>
#include <stddef.h>
#include <sys/types.h>

/* Leaves a descriptor open for the program that execve(2) makes of us: fcntl(2), F_SETFD. */
int clinux_keep_on_exec(int descriptor);
/*
 * Becomes the program at `path` with our environment, SIGPIPE at its default: execve(2). Returns
 * only if that failed, -errno.
 */
int clinux_exec(const char *path, char *const arguments[]);

/* Blocks every signal that can be; `before` gets the mask that there was. sigprocmask(2). */
int clinux_hold_signals(sigset_t *before);
/*
 * Starts the program at `path` with our environment, descriptors, process group and terminal, the
 * signal mask `mask` and SIGPIPE at its default: posix_spawn(3). Its process number, or -errno.
 */
pid_t clinux_start_beside(const char *path, char *const arguments[], const sigset_t *mask);
/*
 * Waits for the end of a child, all signals being held. What is sent to us is passed on to it, but
 * not what comes from the terminal, which sends it to both; when it stops, we stop. The result is
 * that of clinux_wait.
 */
int clinux_attend(pid_t child);

/*
 * The name of a user, by NSS: getpwuid_r(3). Returns its length, at most `size`, 0 if there is no
 * such user; -errno if that cannot be said.
 */
ssize_t clinux_user_name(uid_t user, char *buffer, size_t size);
/* getuid(2). */
uid_t clinux_real_user(void);
/* TUNGETIFF: the interface behind a tap's descriptor, 16 bytes with a NUL. */
int clinux_tun_name(int descriptor, char name[16]);

#endif
