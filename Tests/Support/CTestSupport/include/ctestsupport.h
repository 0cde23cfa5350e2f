/*
 * What the tests need of the kernel and Swift cannot do itself: start a program in exactly the
 * state a hostile or odd caller would leave it in, and look closely at what comes over SCM_RIGHTS.
 */
#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <linux/sched.h> /* CLONE_NEW... */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Descriptor `source` of the parent becomes `target` in the child. */
struct ctest_descriptor {
  int source;
  int target;
};

/* setrlimit(2): resource is one of RLIMIT_*; both limits as given. */
struct ctest_limit {
  int resource;
  uint64_t soft;
  uint64_t hard;
};

/* A program and the whole state it starts in. Arrays end with NULL where no count is given. */
struct ctest_program {
  const char *path;              /* path, not searched for */
  char *const *arguments;        /* may be empty: argc 0 */
  char *const *environment;
  const char *directory;         /* or NULL: the parent's; as the child's namespace has it */

  /* The child has these descriptors and no others. Sources may be targets of other entries. */
  const struct ctest_descriptor *descriptors;
  size_t descriptor_count;

  int net_namespace;             /* setns(2), or -1 */
  int mount_namespace;           /* setns(2), or -1 */
  int unshare_flags;             /* unshare(2) after the two above, 0: none */

  int set_credentials;           /* whether the next four count */
  uid_t user;
  gid_t group;
  const gid_t *groups;           /* supplementary */
  size_t group_count;

  const struct ctest_limit *limits;
  size_t limit_count;

  uint64_t blocked_signals;      /* bit n-1 is signal n; all others are unblocked */
  uint64_t ignored_signals;      /* the same; all others get their default action */

  int file_mode_mask;            /* umask(2), or -1: the parent's */
  int no_new_privileges;         /* prctl(2) PR_SET_NO_NEW_PRIVS */
  int new_session;               /* setsid(2) */
  int die_with_parent_thread;    /* SIGKILL when the calling *thread* ends: PR_SET_PDEATHSIG */
};

/*
 * Starts it. The process id, or -errno of whatever failed on the way to the program, execve(2)
 * included; then no child is left. `failed_step` names the call that failed (a constant), or NULL.
 * Setting a uid other than 0 makes the kernel clear every capability (man 7 capabilities).
 */
pid_t ctest_spawn(const struct ctest_program *program, const char **failed_step);

/* pipe2(2) with O_CLOEXEC: read end, write end. 0 or -errno. */
int ctest_pipe(int ends[2]);

/* A new pseudoterminal (man 7 pty), close-on-exec: the end of who sits at it, and that of programs.
 * 0 or -errno. */
int ctest_terminal(int ends[2]);

/* pidfd_open(2), close-on-exec, or -errno. */
int ctest_pidfd_open(pid_t process);
/* The number of write(2), as /proc/PID/syscall has it (proc(5)). */
extern const long ctest_write_number;

/* Reaps the child behind a pidfd if it has ended. 1: reaped, 0: still running, or -errno.
 * `code` is CLD_EXITED, CLD_KILLED or CLD_DUMPED, `status` the exit status or signal number. */
int ctest_reap(int pidfd, int *code, int *status);

/* What one recvmsg(2) brought. */
struct ctest_received {
  ssize_t length;        /* bytes of data */
  size_t descriptors;    /* how many were written to the caller's array */
  size_t control_count;  /* how many SCM_RIGHTS control messages there were */
  int truncated;         /* MSG_TRUNC: data was cut off */
  int control_truncated; /* MSG_CTRUNC: descriptors were cut off */
};

/* One recvmsg(2) with MSG_CMSG_CLOEXEC | MSG_DONTWAIT. 0 or -errno. Never writes more than
 * `capacity` descriptors; those beyond are closed and counted as control_truncated. */
int ctest_receive(int socket, void *buffer, size_t size, int *descriptors, size_t capacity,
                  struct ctest_received *received);

/* Sends one message with descriptors, at most 253 (SCM_MAX_FD). Bytes sent or -errno. */
ssize_t ctest_send(int socket, const void *buffer, size_t size, const int *descriptors,
                   size_t count);

/* O_PATH of open(2), which only _GNU_SOURCE shows. */
extern const int ctest_O_PATH;

/*
 * Connects a SOCK_SEQPACKET socket to the one that is the file behind the O_PATH descriptor `file`,
 * as that user: the calling thread alone is him meanwhile. The socket, or -errno; should the thread
 * not become root again, the process is aborted.
 */
int ctest_connect_as(int file, uid_t user, gid_t group, const gid_t *groups, size_t count);

/* A listening SOCK_SEQPACKET socket at the path, mode 0666. Or -errno. */
int ctest_listen(const char *path);

/*
 * A TCP connection over loopback whose end, unless somebody reads from `peer`, waits for as many
 * seconds: SO_LINGER of socket(7), and more in it than fits. Or -errno.
 */
int ctest_lingering(int seconds, int *peer);

/* TUNGETIFF: the interface behind a tun descriptor, 16 bytes with a NUL. 0 or -errno. */
int ctest_tun_name(int descriptor, char *name);

/*
 * Sockets of any network: a socket stays in the network it was made in, whoever uses it. So one
 * thread can be all the hosts of a test.
 *
 * Addresses are text: `192.0.2.1`, `2001:db8::1`, or `fe80::1%eth0` where eth0 is an interface of
 * the socket's own network; -EINVAL for other text.
 */

/* socket(2) in the network `net_namespace`, non-blocking, close-on-exec. Or -errno; should the
 * thread not get back into its own network, the process is aborted. */
int ctest_socket(int net_namespace, int domain, int type, int protocol);

/* bind(2), with SO_REUSEADDR; connect(2), for which -EINPROGRESS is the usual answer of TCP.
 * 0 or -errno. */
int ctest_bind(int socket, const char *address, uint16_t port);
int ctest_connect(int socket, const char *address, uint16_t port);

/* sendto(2): bytes sent, or -errno. */
ssize_t ctest_send_to(int socket, const char *address, uint16_t port, const void *bytes,
                      size_t size);

/* recvfrom(2) that does not wait: bytes received, or -errno. `address`, 64 bytes, gets the
 * sender's, and is empty where there is none. */
ssize_t ctest_receive_from(int socket, void *bytes, size_t size, char *address, uint16_t *port);

/* accept4(2), as above: the new socket, or -errno. */
int ctest_accept(int socket, char *address, uint16_t *port);

/* setsockopt(2) of an int. 0 or -errno. */
int ctest_option(int socket, int level, int name, int value);

/* SO_ERROR, taken: 0, or -errno of what became of the connection or of what was sent last. */
int ctest_socket_error(int socket);

/* Receives what is sent to the multicast group on `interface`, and sends multicast there. 0 or
 * -errno. */
int ctest_join(int socket, const char *group, const char *interface);

/* SO_BINDTODEVICE. 0 or -errno. */
int ctest_bind_device(int socket, const char *interface);

/* Has an AF_PACKET socket see all frames of `interface`. 0 or -errno. */
int ctest_watch(int socket, const char *interface);

/*
 * Keeps the calling thread on the processor that it is on, and lets it go again. What one
 * processor sends over veth and bridge it also forwards, in the order of sending: so what is sent
 * second cannot arrive first (packets wait in one queue for each processor). 0 or -errno.
 */
int ctest_stay_on_one_processor(void);
int ctest_leave_processor(void);

#endif
