#include "series.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *program_name = "";

void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

long number(const char *text, long least, long most) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno != 0 || *text == 0 || *end != 0 || value < least || value > most)
    die("'%s' is not a number from %ld to %ld", text, least, most);
  return value;
}

struct series make_series(const char *name, int rounds) {
  struct series series = {name, rounds, calloc((size_t)rounds, sizeof(double))};
  if (series.values == NULL) die("no memory");
  return series;
}

FILE *open_table(const char *path) {
  if (path == NULL) return NULL;
  FILE *table = fopen(path, "w");
  if (table == NULL) die("%s: %s", path, strerror(errno));
  return table;
}

void close_table(FILE *table) {
  if (table != NULL && fclose(table) != 0) die("writing the table: %s", strerror(errno));
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* The value that a share (0 to 1) of the values, sorted, do not exceed; between two, their mix. */
static double quantile(const double *sorted, int count, double share) {
  double position = share * (count - 1);
  int below = (int)position;
  int above = below + 1 < count ? below + 1 : below;
  return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
}

void report(const char *what, const char *heading, const struct series *series, int count,
            FILE *table) {
  int rounds = series[0].rounds;
  size_t size = (size_t)rounds * sizeof(double);
  double *sorted = malloc(size);
  if (sorted == NULL) die("no memory");

  printf("%s, %d rounds\n  %-21s %9s %9s %9s %9s %9s\n", heading, rounds, "", "min", "q1", "median",
         "q3", "p90");
  for (int i = 0; i < count; i++) {
    memcpy(sorted, series[i].values, size);
    qsort(sorted, (size_t)rounds, sizeof *sorted, ascending);
    double shares[] = {0, 0.25, 0.5, 0.75, 0.9}, found[5];
    for (int k = 0; k < 5; k++) found[k] = quantile(sorted, rounds, shares[k]);
    printf("  %-21s %9.0f %9.0f %9.0f %9.0f %9.0f\n", series[i].name, found[0], found[1], found[2],
           found[3], found[4]);
    if (table != NULL)
      fprintf(table, "time\t%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\n", what, series[i].name, found[0],
              found[1], found[2], found[3], found[4]);
  }

  for (int i = 0; i < count; i++)
    for (int j = 0; j < count; j++) {
      if (i == j) continue;
      for (int round = 0; round < rounds; round++)
        sorted[round] = series[i].values[round] / series[j].values[round];
      qsort(sorted, (size_t)rounds, sizeof *sorted, ascending);
      double first = quantile(sorted, rounds, 0.25), median = quantile(sorted, rounds, 0.5),
             third = quantile(sorted, rounds, 0.75);
      if (i < j)
        printf("  %-9s / %-9s %19.3f %9.3f %9.3f\n", series[i].name, series[j].name, first, median,
               third);
      if (table != NULL)
        fprintf(table, "ratio\t%s\t%s/%s\t%.4f\t%.4f\t%.4f\n", what, series[i].name, series[j].name,
                first, median, third);
    }
  free(sorted);
}
