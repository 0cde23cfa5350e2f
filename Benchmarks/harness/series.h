/*
 * What both timing programs share: series of measurements taken in turn, and what is said of them.
 */
#ifndef SERIES_H
#define SERIES_H

#include <stdio.h>

/* One measurement a round, round after round. */
struct series {
  const char *name;
  int rounds;
  double *values;
};

/* Set first thing in main: begins each message. */
extern const char *program_name;

/* Prints a message and ends the program with 1. */
__attribute__((noreturn, format(printf, 1, 2))) void die(const char *format, ...);

/* Microseconds on a clock that nobody sets. CLOCK_MONOTONIC. */
double microseconds(void);

/* The decimal number that text is, from least to most; ends the program if it is not one. */
long number(const char *text, long least, long most);

struct series make_series(const char *name, int rounds);

/* The file that reports are also written to, as tab separated fields; NULL for no path. */
FILE *open_table(const char *path);
void close_table(FILE *table);

/*
 * Prints minimum, quartiles and ninth decile of each series, and of each pair the quartiles of the
 * ratios within the round. To table, when there is one, for each series and each ordered pair:
 *
 *     time  WHAT  NAME        minimum  first quartile  median  third quartile  ninth decile
 *     ratio WHAT  NAME/OTHER           first quartile  median  third quartile
 */
void report(const char *what, const char *heading, const struct series *series, int count,
            FILE *table);

#endif
