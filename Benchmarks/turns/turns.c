/*
 * Times commands as whole processes, in turn.
 *
 *     turns --steps WHAT,WHAT... [--rounds N] [--warmup N] [--table FILE] NAME=COMMAND|COMMAND...
 *
 * In each round every candidate runs one command a step, one after the other, and each is timed by
 * itself from before its spawn to its end: so with the steps start,destroy the state is the same
 * before every candidate. A different candidate goes first each round, and ratios are taken within
 * the round. Commands are split at spaces, without a shell; their standard output is thrown away.
 * The first that fails ends it all. How far it is, if it takes long, it says on standard error.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "../harness/series.h"

enum { most_candidates = 8, most_steps = 4, most_words = 16 };

struct candidate {
  const char *name;
  char *commands[most_steps][most_words + 1];
};

static struct candidate candidates[most_candidates];
static const char *steps[most_steps];
static struct series taken[most_steps][most_candidates];

/* Cuts text at each separator, in place; at most `most` pieces. */
static int split(char *text, const char *separator, char **pieces, int most) {
  int count = 0;
  char *rest;
  for (char *piece = strtok_r(text, separator, &rest); piece != NULL;
       piece = strtok_r(NULL, separator, &rest)) {
    if (count == most) die("more than %d parts at '%s'", most, piece);
    pieces[count++] = piece;
  }
  return count;
}

/* Says how many rounds are done, ten seconds after it last did. */
static void tell(int done, int rounds) {
  static double last;
  double now = microseconds();
  if (last == 0) last = now;
  if (now - last < 10e6) return;
  last = now;
  fprintf(stderr, "%s: %d of %d rounds\n", program_name, done, rounds);
}

static double run(char **command) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  extern char **environ;
  double start = microseconds();
  pid_t child;
  int error = posix_spawnp(&child, command[0], &actions, NULL, command, environ), status;
  if (error != 0) die("%s: %s", command[0], strerror(error));
  if (waitpid(child, &status, 0) < 0 || status != 0) die("%s failed", command[0]);
  double end = microseconds();
  posix_spawn_file_actions_destroy(&actions);
  return end - start;
}

int main(int argc, char **argv) {
  program_name = "turns";
  int rounds = 20, warmup = 2, step_count = 0;
  const char *table_path = NULL;
  static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                          {"warmup", required_argument, NULL, 'w'},
                                          {"steps", required_argument, NULL, 's'},
                                          {"table", required_argument, NULL, 't'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (option) {
      case 'r': rounds = (int)number(optarg, 1, 100000); break;
      case 'w': warmup = (int)number(optarg, 0, 1000); break;
      case 's': step_count = split(optarg, ",", (char **)steps, most_steps); break;
      case 't': table_path = optarg; break;
      default: return 64;
    }
  int count = argc - optind;
  if (step_count == 0 || count == 0 || count > most_candidates) die("see the head of turns.c");

  for (int i = 0; i < count; i++) {
    char *text = argv[optind + i], *equals = strchr(text, '=');
    if (equals == NULL) die("'%s' is not NAME=COMMAND", text);
    *equals = 0;
    candidates[i].name = text;
    char *commands[most_steps];
    if (split(equals + 1, "|", commands, most_steps) != step_count)
      die("%s: not a command a step", text);
    for (int step = 0; step < step_count; step++) {
      split(commands[step], " ", candidates[i].commands[step], most_words);
      taken[step][i] = make_series(text, rounds);
    }
  }

  for (int round = -warmup; round < rounds; round++) {
    tell(round + warmup, rounds + warmup);
    for (int turn = 0; turn < count; turn++) {
      int at = (round + warmup + turn) % count;
      for (int step = 0; step < step_count; step++) {
        double time = run(candidates[at].commands[step]);
        if (round >= 0) taken[step][at].values[round] = time;
      }
    }
  }

  FILE *table = open_table(table_path);
  for (int step = 0; step < step_count; step++) {
    char heading[80];
    snprintf(heading, sizeof heading, "%s, whole process, microseconds", steps[step]);
    report(steps[step], heading, taken[step], count, table);
  }
  close_table(table);
  return 0;
}
