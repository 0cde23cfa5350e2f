/*
 * What the host's work for one forwarded packet takes, for several hosts in turn.
 *
 *     packets --what WHAT --to ADDRESS [--rounds N] [--burst N] [--table FILE] NAME=HOST...
 *
 * HOST is a process of the host to be measured. In /run/netns it has the network of a guest, `guest`,
 * and that of a machine which the guest reaches over the host, `outside`; there the machine has
 * ADDRESS (IPv4 or IPv6). In each round the guest of every
 * host sends bursts of small UDP packets, all of one flow. Between veth links a packet is carried
 * from the sender's socket to the receiver's within the sender's system call, on the sender's
 * processor; so the time that the call takes is that of the whole way. A burst takes about a
 * millisecond, and the shortest of a round's counts, as the one that nothing else interrupted. Every
 * packet has to arrive.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../harness/series.h"

enum { most_hosts = 8, batch = 50, bursts = 50, port = 9999 };

struct host {
  const char *name;
  int guest, outside; /* sockets */
};

static void enter(const char *process, const char *network) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/root/run/netns/%s", process, network);
  int namespace = open(path, O_RDONLY | O_CLOEXEC);
  if (namespace < 0 || setns(namespace, CLONE_NEWNET) < 0) die("%s: %s", path, strerror(errno));
  close(namespace);
}

static struct host make_host(char *text, const char *address) {
  char *name = strtok(text, "="), *process = strtok(NULL, "");
  if (process == NULL) die("'%s' is not NAME=HOST", text);
  struct sockaddr_in ipv4 = {.sin_family = AF_INET, .sin_port = htons(port)};
  struct sockaddr_in6 ipv6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
  struct sockaddr *place = (struct sockaddr *)&ipv4;
  socklen_t length = sizeof ipv4;
  if (inet_pton(AF_INET, address, &ipv4.sin_addr) != 1) {
    if (inet_pton(AF_INET6, address, &ipv6.sin6_addr) != 1) die("'%s' is no address", address);
    place = (struct sockaddr *)&ipv6;
    length = sizeof ipv6;
  }

  struct host host = {.name = name};
  enter(process, "outside");
  host.outside = socket(place->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int room = 64 << 20;
  if (host.outside < 0 || bind(host.outside, place, length) < 0 ||
      setsockopt(host.outside, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) < 0)
    die("%s: the receiver: %s", name, strerror(errno));
  enter(process, "guest");
  host.guest = socket(place->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (host.guest < 0 || connect(host.guest, place, length) < 0)
    die("%s: the sender: %s", name, strerror(errno));
  return host;
}

static struct mmsghdr messages[batch];

static void prepare_messages(void) {
  static char payload[18]; /* the shortest Ethernet frame */
  static struct iovec part = {payload, sizeof payload};
  for (int i = 0; i < batch; i++)
    messages[i].msg_hdr = (struct msghdr){.msg_iov = &part, .msg_iovlen = 1};
}

/* How many have come; takes them. */
static int take_all(struct host *host) {
  static char bytes[batch][32];
  static struct iovec parts[batch];
  static struct mmsghdr taken[batch];
  for (int i = 0; i < batch; i++) {
    parts[i] = (struct iovec){bytes[i], sizeof bytes[i]};
    taken[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
  }
  int total = 0, count;
  while ((count = recvmmsg(host->outside, taken, batch, MSG_DONTWAIT, NULL)) > 0) total += count;
  return total;
}

/* Nanoseconds for each of `size` packets. */
static double burst(struct host *host, int size) {
  double start = microseconds();
  for (int sent = 0; sent < size; sent += batch)
    if (sendmmsg(host->guest, messages, batch, 0) != batch)
      die("%s: sending: %s", host->name, strerror(errno));
  double end = microseconds();
  int arrived = take_all(host);
  if (arrived != size) die("%s: of %d packets %d arrived", host->name, size, arrived);
  return (end - start) * 1000 / size;
}

/* Until neighbours know each other, packets wait or are lost. */
static void warm_up(struct host *host) {
  char byte = 0;
  double start = microseconds();
  do {
    if (microseconds() - start > 10e6) die("%s: nothing arrives", host->name);
    /* Refused once while the way was not there yet. */
    if (send(host->guest, &byte, 1, 0) < 0 && errno != ECONNREFUSED && errno != EHOSTUNREACH)
      die("%s: sending: %s", host->name, strerror(errno));
    usleep(10000);
  } while (take_all(host) == 0);
}

int main(int argc, char **argv) {
  program_name = "packets";
  int rounds = 100, size = 4 * batch;
  const char *table_path = NULL, *what = NULL, *address = NULL;
  static const struct option options[] = {{"what", required_argument, NULL, 'w'},
                                          {"to", required_argument, NULL, 'a'},
                                          {"rounds", required_argument, NULL, 'r'},
                                          {"burst", required_argument, NULL, 'b'},
                                          {"table", required_argument, NULL, 't'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) switch (option) {
      case 'w': what = optarg; break;
      case 'a': address = optarg; break;
      case 'r': rounds = (int)number(optarg, 1, 100000); break;
      case 'b': size = (int)number(optarg, 1, 1000) * batch; break;
      case 't': table_path = optarg; break;
      default: return 64;
    }
  int count = argc - optind;
  if (what == NULL || address == NULL || count == 0 || count > most_hosts) die("see the head of packets.c");

  /* One processor, so that a packet's way is as long each time. */
  cpu_set_t processors;
  CPU_ZERO(&processors);
  CPU_SET(sched_getcpu(), &processors);
  if (sched_setaffinity(0, sizeof processors, &processors) < 0) die("%s", strerror(errno));

  struct host hosts[most_hosts];
  struct series taken[most_hosts];
  prepare_messages();
  for (int i = 0; i < count; i++) {
    hosts[i] = make_host(argv[optind + i], address);
    taken[i] = make_series(hosts[i].name, rounds);
    warm_up(&hosts[i]);
    burst(&hosts[i], size);
  }
  /* The hosts take turns burst by burst: the machine's speed drifts. */
  for (int round = 0; round < rounds; round++)
    for (int go = 0; go < bursts; go++)
      for (int turn = 0; turn < count; turn++) {
        int at = (round + go + turn) % count;
        double time = burst(&hosts[at], size);
        double *shortest = &taken[at].values[round];
        if (go == 0 || time < *shortest) *shortest = time;
      }

  FILE *table = NULL;
  if (table_path != NULL && (table = fopen(table_path, "a")) == NULL)
    die("%s: %s", table_path, strerror(errno));
  char heading[80];
  snprintf(heading, sizeof heading, "%s, nanoseconds a packet", what);
  report(what, heading, taken, count, table);
  close_table(table);
  return 0;
}
