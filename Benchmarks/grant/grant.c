/*
 * Times a grant: from just before a bridge helper is spawned until its tap's descriptor is here.
 *
 *     grant [--rounds N] [--warmup N] [--bridge NAME] [--uid N] [--pin CPU] [--log-reader PATH]
 *           [--table FILE] [--what NAME] [--acl-path PATH] [--acl NAME=FILE]
 *           [--floor NAME=PROGRAM] [--broker NAME=SOCKET] NAME=PROGRAM...
 *
 * In each round every candidate is run once, in turn, a different one first each time; so a machine
 * whose speed drifts is as slow for one as for another, and the ratio of two is taken within the
 * round. After each grant, outside the timing, the helper is reaped, the tap closed, and the
 * kernel's own word awaited that the interface is gone: a tap being torn down would hold the lock
 * that the next one needs.
 *
 * A --broker candidate is no program but a socket that a broker listens at: its time is that from just
 * before socket(2), and its end that of the connection, which its child's is.
 * A --floor candidate is expected to send its byte without a descriptor.
 * A --log-reader is a datagram socket at PATH whose messages are read and thrown away, as a system
 * log would, since a helper that logs should pay for it.
 * With --acl, FILE takes PATH's place, by link(2) and rename(2), before each turn of NAME; both are
 * to be on one file system, and each candidate is to have one.
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
#include <unistd.h>

#include "../harness/series.h"

enum { most_candidates = 16, helper_descriptor = 9 };

struct candidate {
  const char *name;
  const char *program;
  bool floor;      /* sends no descriptor */
  bool broker;     /* program is a socket */
  const char *acl; /* the file that takes the ACL's place before each turn, or NULL */
};

static struct candidate candidates[most_candidates];
/* Microseconds from the spawn, of each candidate. */
static struct series received[most_candidates], ended[most_candidates];
static int candidate_count;

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

static void keep(int number, int round, double start, double handed_over, double gone) {
  if (round < 0) return;
  received[number].values[round] = handed_over - start;
  ended[number].values[round] = gone - start;
}

static void grant_by_broker(int number, const char *bridge, int monitor, int round) {
  const struct candidate *candidate = &candidates[number];
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(candidate->program) >= sizeof address.sun_path) die("%s: too long", candidate->program);
  strcpy(address.sun_path, candidate->program);
  char request[128] = "--use-vnet";
  size_t size = strlen(request) + 1;
  size += (size_t)snprintf(request + size, sizeof request - size, "--br=%s", bridge) + 1;

  double start = microseconds();
  int connection = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof address) < 0 ||
      send(connection, request, size, 0) < 0)
    die("%s: %s", candidate->program, strerror(errno));
  int tap = receive_descriptor(connection, candidate);
  double handed_over = microseconds();
  char rest;
  if (recv(connection, &rest, 1, 0) != 0) die("%s goes on", candidate->name);
  double gone = microseconds();
  close(connection);
  if (tap < 0) die("%s sent no descriptor", candidate->name);
  remove_tap(monitor, tap);
  keep(number, round, start, handed_over, gone);
}

static void grant(int number, const char *bridge, int monitor, int round) {
  const struct candidate *candidate = &candidates[number];
  if (candidate->broker) {
    grant_by_broker(number, bridge, monitor, round);
    return;
  }
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
  double handed_over = microseconds();
  int status;
  if (waitpid(child, &status, 0) < 0) die("wait: %s", strerror(errno));
  double gone = microseconds();

  posix_spawn_file_actions_destroy(&actions);
  close(pair[0]);
  if (status != 0) die("%s: exit status 0x%x", candidate->name, status);
  if ((tap < 0) != candidate->floor)
    die("%s sent %s", candidate->name, tap < 0 ? "no descriptor" : "a descriptor");
  if (tap >= 0) remove_tap(monitor, tap);
  keep(number, round, start, handed_over, gone);
}

/* A child that stays root, and the socket on which it is told the file that is to be the ACL. */
static int start_acl_switch(const char *acl_path) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
    die("socketpair: %s", strerror(errno));
  pid_t child = fork();
  if (child < 0) die("fork: %s", strerror(errno));
  if (child > 0) {
    close(pair[1]);
    return pair[0];
  }
  close(pair[0]);
  char file[4096], next[4096];
  snprintf(next, sizeof next, "%s.next", acl_path);
  while (recv(pair[1], file, sizeof file, 0) > 0) {
    if (link(file, next) < 0 || rename(next, acl_path) < 0) die("%s: %s", file, strerror(errno));
    send(pair[1], "", 1, 0);
  }
  _exit(0);
}

static void switch_acl(int acl_switch, const char *file) {
  char answer;
  if (send(acl_switch, file, strlen(file) + 1, 0) < 0 || recv(acl_switch, &answer, 1, 0) != 1)
    die("%s did not become the ACL", file);
}

static void become(long user) {
  if (user == 0) die("--uid must be an unprivileged user");
  if (setgroups(0, NULL) < 0 || setresgid((gid_t)user, (gid_t)user, (gid_t)user) < 0 ||
      setresuid((uid_t)user, (uid_t)user, (uid_t)user) < 0)
    die("becoming uid %ld: %s", user, strerror(errno));
}

/* Binds the log's socket and leaves a child reading it, which ends with this process: as the same
   user, since the kernel lets a dying process signal its children only if it may kill(2) them. */
static void start_log_reader(const char *path, long user) {
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
    become(user);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    char message[8192];
    while (recv(log, message, sizeof message, 0) >= 0) continue;
    _exit(0);
  }
  close(log);
}

static void pin(long processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET((size_t)processor, &set);
  if (sched_setaffinity(0, sizeof set, &set) < 0) die("--pin: %s", strerror(errno));
}

static struct candidate *add_candidate(char *text) {
  char *equals = strchr(text, '=');
  if (equals == NULL) die("'%s' is not NAME=PROGRAM", text);
  if (candidate_count == most_candidates) die("too many candidates");
  *equals = 0;
  candidates[candidate_count] = (struct candidate){.name = text, .program = equals + 1};
  return &candidates[candidate_count++];
}

static void set_acl(char *text) {
  char *equals = strchr(text, '=');
  if (equals == NULL) die("'%s' is not NAME=FILE", text);
  *equals = 0;
  for (int i = 0; i < candidate_count; i++)
    if (strcmp(candidates[i].name, text) == 0) {
      candidates[i].acl = equals + 1;
      return;
    }
  die("no candidate '%s'", text);
}

int main(int argc, char **argv) {
  program_name = "grant";
  int rounds = 200, warmup = 10;
  long user = 1000, processor = -1;
  const char *bridge = "br0", *log_path = NULL, *table_path = NULL, *what = "grant";
  const char *acl_path = "/etc/tapster/acl.conf";
  char *acls[most_candidates];
  int acl_count = 0, acl_switch = -1;
  static const struct option options[] = {
      {"rounds", required_argument, NULL, 'r'}, {"warmup", required_argument, NULL, 'w'},
      {"bridge", required_argument, NULL, 'b'}, {"uid", required_argument, NULL, 'u'},
      {"pin", required_argument, NULL, 'p'},    {"log-reader", required_argument, NULL, 'l'},
      {"table", required_argument, NULL, 't'},  {"floor", required_argument, NULL, 'f'},
      {"acl-path", required_argument, NULL, 'P'}, {"acl", required_argument, NULL, 'a'},
      {"what", required_argument, NULL, 'W'},   {"broker", required_argument, NULL, 'B'},
      {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (option) {
      case 'r': rounds = (int)number(optarg, 1, 100000); break;
      case 'w': warmup = (int)number(optarg, 0, 1000); break;
      case 'b': bridge = optarg; break;
      case 'u': user = number(optarg, 1, 0x7ffffffe); break;
      case 'p': processor = number(optarg, 0, CPU_SETSIZE - 1); break;
      case 'l': log_path = optarg; break;
      case 't': table_path = optarg; break;
      case 'W': what = optarg; break;
      case 'P': acl_path = optarg; break;
      case 'a':
        if (acl_count == most_candidates) die("too many ACLs");
        acls[acl_count++] = optarg;
        break;
      case 'f': add_candidate(optarg)->floor = true; break;
      case 'B': add_candidate(optarg)->broker = true; break;
      default: return 64;
    }
  for (int i = optind; i < argc; i++) add_candidate(argv[i]);
  if (candidate_count == 0) die("no candidate; see the head of grant.c");
  for (int i = 0; i < acl_count; i++) set_acl(acls[i]);
  for (int i = 0; i < candidate_count; i++) {
    received[i] = make_series(candidates[i].name, rounds);
    ended[i] = make_series(candidates[i].name, rounds);
  }

  if (log_path != NULL) start_log_reader(log_path, user);
  FILE *table = open_table(table_path);
  if (acl_count > 0) acl_switch = start_acl_switch(acl_path);
  become(user);
  if (processor >= 0) pin(processor);
  int monitor = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct sockaddr_nl address = {.nl_family = AF_NETLINK};
  if (monitor < 0 || bind(monitor, (struct sockaddr *)&address, sizeof address) < 0)
    die("netlink: %s", strerror(errno));

  for (int round = -warmup; round < rounds; round++)
    for (int turn = 0; turn < candidate_count; turn++) {
      int next = (round + warmup + turn) % candidate_count;
      if (candidates[next].acl != NULL) switch_acl(acl_switch, candidates[next].acl);
      grant(next, bridge, monitor, round);
    }

  char what_ended[64];
  snprintf(what_ended, sizeof what_ended, "%s-end", what);
  report(what, "spawn or connect to descriptor received, microseconds", received, candidate_count, table);
  report(what_ended, "spawn or connect to end of process, microseconds", ended, candidate_count, table);
  close_table(table);
  return 0;
}
