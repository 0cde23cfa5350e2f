/*
 * What is to be said of measurements that another program took in turn.
 *
 *     paired WHAT HEADING [TABLE]
 *
 * Reads lines of NAME and VALUE; each round has one of every name. Prints and appends to TABLE what
 * series.h describes.
 */
#include <stdlib.h>
#include <string.h>

#include "series.h"

enum { most_names = 16, most_rounds = 10000 };

int main(int argc, char **argv) {
  program_name = "paired";
  if (argc < 3) die("see the head of paired.c");
  static struct series series[most_names];
  int count = 0;
  char name[64];
  double value;
  while (scanf("%63s %lf", name, &value) == 2) {
    int at = 0;
    while (at < count && strcmp(series[at].name, name) != 0) at++;
    if (at == most_names) die("more than %d names", most_names);
    if (at == count) {
      series[count++] = make_series(strdup(name), most_rounds);
      series[at].rounds = 0;
    }
    if (series[at].rounds == most_rounds) die("more than %d rounds", most_rounds);
    series[at].values[series[at].rounds++] = value;
  }
  if (!feof(stdin)) die("a line that is not NAME VALUE");
  if (count == 0) die("no measurements");
  for (int at = 1; at < count; at++)
    if (series[at].rounds != series[0].rounds)
      die("%d rounds of %s, %d of %s", series[0].rounds, series[0].name, series[at].rounds,
          series[at].name);
  FILE *table = NULL;
  if (argc > 3 && (table = fopen(argv[3], "a")) == NULL) die("cannot append to %s", argv[3]);
  report(argv[1], argv[2], series, count, table);
  close_table(table);
  return 0;
}
