/*
 * Times a grant: from just before a bridge helper is spawned until its tap's descriptor is here.
 *
 *     grant [--rounds N] [--warmup N] [--bridge NAME] [--uid N] [--pin CPU] [--log-reader PATH]
 *           [--table FILE] [--floor NAME=PROGRAM] NAME=PROGRAM...
 *
 * In each round every candidate is run once, in turn, a different one first each time; so a machine
 * whose speed drifts is as slow for one as for another, and the ratio of two is taken within the
 * round. After each grant, outside the timing, the helper is reaped, the tap closed, and the
 * kernel's own word awaited that the interface is gone: a tap being torn down would hold the lock
 * that the next one needs.
 *
 * A --floor candidate is expected to send its byte without a descriptor.
 * A --log-reader is a datagram socket at PATH whose messages are read and thrown away, as a system
 * log would, since a helper that logs should pay for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/if_tun.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_candidates = 16, helper_descriptor = 9 };

struct candidate {
  const char *name;
  const char *program;
  bool floor;        /* sends no descriptor */
  double *received;  /* microseconds from spawn to descriptor, one a round */
  double *ended;     /* microseconds from spawn to end of process, one a round */
};

static struct candidate candidates[most_candidates];
static int candidate_count;

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("grant: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* One message: the descriptor in it, or -1 if it has none. Ends the program if nothing comes. */
static int receive_descriptor(int channel, const struct candidate *from) {
  char byte;
  struct iovec vector = {.iov_base = &byte, .iov_len = 1};
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {.msg_iov = &vector,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof control};
  ssize_t size = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  if (size < 0) die("%s: %s", from->name, strerror(errno));
  if (size == 0) die("%s (%s) ended without an answer", from->name, from->program);
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (header == NULL || header->cmsg_type != SCM_RIGHTS) return -1;
  int descriptor;
  memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
  return descriptor;
}

static void set_membership(int monitor, int option) {
  unsigned group = RTNLGRP_LINK;
  if (setsockopt(monitor, SOL_NETLINK, option, &group, sizeof group) < 0)
    die("netlink membership: %s", strerror(errno));
}

/* Closes the tap and returns when the kernel has said that its interface is gone. */
static void remove_tap(int monitor, int tap) {
  struct ifreq request = {0};
  if (ioctl(tap, TUNGETIFF, &request) < 0) die("what was received is no tap");
  int index = (int)if_nametoindex(request.ifr_name);
  if (index == 0) die("%s: %s", request.ifr_name, strerror(errno));
  set_membership(monitor, NETLINK_ADD_MEMBERSHIP);
  close(tap);
  for (bool gone = false; !gone;) {
    _Alignas(struct nlmsghdr) char buffer[16384];
    ssize_t size = recv(monitor, buffer, sizeof buffer, 0);
    if (size < 0) die("netlink: %s", strerror(errno));
    int left = (int)size;
    for (struct nlmsghdr *at = (struct nlmsghdr *)buffer; NLMSG_OK(at, left);
         at = NLMSG_NEXT(at, left)) {
      const struct ifinfomsg *link = NLMSG_DATA(at);
      gone |= at->nlmsg_type == RTM_DELLINK && link->ifi_family == AF_UNSPEC &&
              link->ifi_index == index;
    }
  }
  set_membership(monitor, NETLINK_DROP_MEMBERSHIP);
  char rest[16384];
  while (recv(monitor, rest, sizeof rest, MSG_DONTWAIT) > 0) continue;
}

static void grant(struct candidate *candidate, const char *bridge, int monitor, int round) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    die("socketpair: %s", strerror(errno));
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pair[1], helper_descriptor);
  char bridge_argument[64], descriptor_argument[32];
  snprintf(bridge_argument, sizeof bridge_argument, "--br=%s", bridge);
  snprintf(descriptor_argument, sizeof descriptor_argument, "--fd=%d", helper_descriptor);
  char *arguments[] = {(char *)candidate->program, "--use-vnet", bridge_argument,
                       descriptor_argument, NULL};
  extern char **environ;

  double start = microseconds();
  pid_t child;
  int error = posix_spawn(&child, candidate->program, &actions, NULL, arguments, environ);
  if (error != 0) die("%s: %s", candidate->program, strerror(error));
  close(pair[1]);
  int tap = receive_descriptor(pair[0], candidate);
  double received = microseconds();
  int status;
  if (waitpid(child, &status, 0) < 0) die("wait: %s", strerror(errno));
  double ended = microseconds();

  posix_spawn_file_actions_destroy(&actions);
  close(pair[0]);
  if (status != 0) die("%s: exit status 0x%x", candidate->name, status);
  if ((tap < 0) != candidate->floor)
    die("%s sent %s", candidate->name, tap < 0 ? "no descriptor" : "a descriptor");
  if (tap >= 0) remove_tap(monitor, tap);
  if (round >= 0) {
    candidate->received[round] = received - start;
    candidate->ended[round] = ended - start;
  }
}

static int ascending(const void *left, const void *right) {
  double a = *(const double *)left, b = *(const double *)right;
  return (a > b) - (a < b);
}

/* The value that a share (0 to 1) of the values do not exceed. Sorts them in place. */
static double quantile(double *values, int count, double share) {
  qsort(values, (size_t)count, sizeof *values, ascending);
  double position = share * (count - 1);
  int below = (int)position;
  int above = below + 1 < count ? below + 1 : below;
  return values[below] + (values[above] - values[below]) * (position - below);
}

static void report(int rounds, const char *table_path) {
  FILE *table = table_path == NULL ? NULL : fopen(table_path, "w");
  if (table_path != NULL && table == NULL) die("%s: %s", table_path, strerror(errno));
  double *scratch = calloc((size_t)rounds, sizeof *scratch);
  size_t size = (size_t)rounds * sizeof *scratch;

  printf("%d rounds; microseconds from spawn to descriptor received, and to the end of process\n",
         rounds);
  printf("  %-10s %8s %8s %8s %8s   %8s\n", "", "min", "q1", "median", "p90", "ended");
  for (int i = 0; i < candidate_count; i++) {
    struct candidate *candidate = &candidates[i];
    memcpy(scratch, candidate->received, size);
    double minimum = quantile(scratch, rounds, 0), first = quantile(scratch, rounds, 0.25),
           median = quantile(scratch, rounds, 0.5), third = quantile(scratch, rounds, 0.75),
           ninth = quantile(scratch, rounds, 0.9);
    memcpy(scratch, candidate->ended, size);
    double ended = quantile(scratch, rounds, 0.5);
    printf("  %-10s %8.0f %8.0f %8.0f %8.0f   %8.0f\n", candidate->name, minimum, first, median,
           ninth, ended);
    if (table != NULL)
      fprintf(table, "time\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\n", candidate->name, minimum, first,
              median, third, ninth);
  }

  printf("ratios within the round (first quartile, median, third quartile)\n");
  for (int i = 0; i < candidate_count; i++)
    for (int j = 0; j < candidate_count; j++) {
      if (i == j) continue;
      for (int round = 0; round < rounds; round++)
        scratch[round] = candidates[i].received[round] / candidates[j].received[round];
      double first = quantile(scratch, rounds, 0.25), median = quantile(scratch, rounds, 0.5),
             third = quantile(scratch, rounds, 0.75);
      if (i < j)
        printf("  %-10s / %-10s %6.3f %6.3f %6.3f\n", candidates[i].name, candidates[j].name, first,
               median, third);
      if (table != NULL)
        fprintf(table, "ratio\t%s/%s\t%.4f\t%.4f\t%.4f\n", candidates[i].name, candidates[j].name,
                first, median, third);
    }
  free(scratch);
  if (table != NULL && fclose(table) != 0) die("%s: %s", table_path, strerror(errno));
}

/* Binds the log's socket and leaves a child reading it, which ends with this process. */
static void start_log_reader(const char *path) {
  int log = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) die("%s: too long a path", path);
  strcpy(address.sun_path, path);
  if (log < 0 || bind(log, (struct sockaddr *)&address, sizeof address) < 0 ||
      chmod(path, 0666) < 0)
    die("%s: %s", path, strerror(errno));
  pid_t parent = getpid(), child = fork();
  if (child < 0) die("fork: %s", strerror(errno));
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    char message[8192];
    while (recv(log, message, sizeof message, 0) >= 0) continue;
    _exit(0);
  }
  close(log);
}

static void become(long user) {
  if (user == 0) die("--uid must be an unprivileged user");
  if (setgroups(0, NULL) < 0 || setresgid((gid_t)user, (gid_t)user, (gid_t)user) < 0 ||
      setresuid((uid_t)user, (uid_t)user, (uid_t)user) < 0)
    die("becoming uid %ld: %s", user, strerror(errno));
}

static void pin(long processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)processor, &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) die("--pin: %s", strerror(errno));
}

static long number(const char *text, long least, long most) {
  char *end;
  errno = 0;
  long value = strtol(text, &end, 10);
  if (errno != 0 || *text == 0 || *end != 0 || value < least || value > most)
    die("'%s' is not a number from %ld to %ld", text, least, most);
  return value;
}

static void add_candidate(char *text, bool floor) {
  char *equals = strchr(text, '=');
  if (equals == NULL) die("'%s' is not NAME=PROGRAM", text);
  if (candidate_count == most_candidates) die("too many candidates");
  *equals = 0;
  candidates[candidate_count++] =
      (struct candidate){.name = text, .program = equals + 1, .floor = floor};
}

int main(int argc, char **argv) {
  int rounds = 200, warmup = 10;
  long user = 1000, processor = -1;
  const char *bridge = "br0", *log_path = NULL, *table_path = NULL;
  static const struct option options[] = {
      {"rounds", required_argument, NULL, 'r'}, {"warmup", required_argument, NULL, 'w'},
      {"bridge", required_argument, NULL, 'b'}, {"uid", required_argument, NULL, 'u'},
      {"pin", required_argument, NULL, 'p'},    {"log-reader", required_argument, NULL, 'l'},
      {"table", required_argument, NULL, 't'},  {"floor", required_argument, NULL, 'f'},
      {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (option) {
      case 'r': rounds = (int)number(optarg, 1, 100000); break;
      case 'w': warmup = (int)number(optarg, 0, 1000); break;
      case 'b': bridge = optarg; break;
      case 'u': user = number(optarg, 1, 0x7ffffffe); break;
      case 'p': processor = number(optarg, 0, CPU_SETSIZE - 1); break;
      case 'l': log_path = optarg; break;
      case 't': table_path = optarg; break;
      case 'f': add_candidate(optarg, true); break;
      default: return 64;
    }
  for (int i = optind; i < argc; i++) add_candidate(argv[i], false);
  if (candidate_count == 0) die("no candidate; see the head of grant.c");
  for (int i = 0; i < candidate_count; i++) {
    candidates[i].received = calloc((size_t)rounds, sizeof(double));
    candidates[i].ended = calloc((size_t)rounds, sizeof(double));
    if (candidates[i].received == NULL || candidates[i].ended == NULL) die("no memory");
  }

  if (log_path != NULL) start_log_reader(log_path);
  become(user);
  if (processor >= 0) pin(processor);
  int monitor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  if (monitor < 0 || bind(monitor, (struct sockaddr *)&address, sizeof address) < 0)
    die("netlink: %s", strerror(errno));

  for (int round = -warmup; round < rounds; round++)
    for (int turn = 0; turn < candidate_count; turn++) {
      int first = (round + warmup) % candidate_count;
      grant(&candidates[(first + turn) % candidate_count], bridge, monitor, round);
    }
  report(rounds, table_path);
  return 0;
}
