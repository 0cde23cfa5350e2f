/* The person at the terminal: a program of hers, and what she may send us. */
#ifndef CLINUX_TERMINAL_H
#define CLINUX_TERMINAL_H

#include <stddef.h>
#include <sys/types.h>

/* Whether a terminal is open under that number: isatty(3). */
int clinux_is_terminal(int descriptor);
/* How many columns the terminal has: TIOCGWINSZ of tty_ioctl(4). 0 if it does not say. */
int clinux_terminal_columns(int descriptor);
/*
 * Runs the program at `path` with our standard descriptors, environment and terminal, and waits for
 * it, as system(3) does: the keyboard's signals are the program's meanwhile. `input`, if it is not
 * negative, is its standard input. The result is that of clinux_wait.
 */
int clinux_run_in_terminal(const char *path, char *const arguments[], int input);
/*
 * Makes a file that nobody else can read, of a name that nobody can foretell: mkostemps(3).
 * `template` is overwritten with its name; `suffix` is how many bytes follow the six X in it.
 */
int clinux_temporary_file(char *template, int suffix);
/* SIGPIPE is ignored from now on: a write to a pipe that nobody reads fails with EPIPE. */
int clinux_ignore_broken_pipes(void);
/*
 * Blocks SIGINT and SIGTERM, and gives a descriptor that is readable when one has come:
 * signalfd(2), close-on-exec.
 */
int clinux_interrupts(void);
/*
 * poll(2) for input on two descriptors: bit 0 if the first has some, bit 1 if the second has, 0
 * when `milliseconds` have passed; a negative number waits for ever.
 */
int clinux_poll_either(int first, int second, int milliseconds);

#endif
