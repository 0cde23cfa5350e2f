/* Sockets: man 7 unix, man 3 cmsg. */
#ifndef CLINUX_SOCKET_H
#define CLINUX_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The most descriptors one message carries: SCM_MAX_FD, which no header for programs has. */
enum { CLINUX_MAXIMUM_PASSED = 253 };

/* socket(2) with SOCK_CLOEXEC added. */
int clinux_socket(int domain, int type, int protocol);
/* SO_DOMAIN, SO_TYPE, SO_ACCEPTCONN and so on: getsockopt(2). -ENOTSOCK for what is no socket. */
int clinux_socket_option(int descriptor, int option);
/* 0 if the socket has a peer, -ENOTCONN if it has none. getpeername(2). */
int clinux_socket_has_peer(int descriptor);
/*
 * One message of `size` bytes with `count` (1 to 253) descriptors in SCM_RIGHTS; never blocks,
 * raises no SIGPIPE. Returns the bytes sent.
 */
ssize_t clinux_send_descriptors(int socket, const void *bytes, size_t size, const int *descriptors,
                                size_t count);
/*
 * One message of at most `size` bytes, and the descriptors that came with it, close-on-exec; waits
 * for one only if `wait` is set. Returns the bytes received. -EMSGSIZE if bytes or descriptors were
 * cut off. `*count` descriptors are the caller's to close, whatever the result.
 */
ssize_t clinux_receive_descriptors(int socket, void *bytes, size_t size,
                                   int descriptors[CLINUX_MAXIMUM_PASSED], size_t *count,
                                   int wait);
/* socketpair(2) of AF_UNIX with SOCK_CLOEXEC added. */
int clinux_socket_pair(int type, int ends[2]);
/* One message without waiting, no SIGPIPE. send(2). */
ssize_t clinux_send(int socket, const void *bytes, size_t size);
/*
 * One message, which MSG_PEEK leaves in place; its whole length even if that exceeds `size`, 0 at
 * the end; -EAGAIN with MSG_DONTWAIT if there is none. Descriptors that come with it the kernel
 * closes: they never get numbers here. recv(2).
 */
ssize_t clinux_receive(int socket, void *buffer, size_t size, int flags);

/* Paths of AF_UNIX sockets have at most 107 bytes; -ENAMETOOLONG for longer ones. unix(7). */
/* connect(2). */
int clinux_connect_unix(int socket, const char *path);
/* bind(2): makes the socket's file, with the mode that the umask leaves of 0777. */
int clinux_bind_unix(int socket, const char *path);
/* listen(2). */
int clinux_listen(int socket, int backlog);
/* accept4(2): the connection, close-on-exec and non-blocking. */
int clinux_accept(int socket);
/* O_NONBLOCK, for everybody who has the open file. fcntl(2). */
int clinux_set_non_blocking(int descriptor);
/*
 * Whoever sends descriptors through `socket`, or through what connects to it from then on, gets
 * EPERM for them: SO_PASSRIGHTS. -ENOPROTOOPT before Linux 6.16.
 */
int clinux_refuse_descriptors(int socket);
/* 0 if that was called, else 1. */
int clinux_takes_descriptors(int socket);
/* How long connecting, sending and receiving may wait: SO_SNDTIMEO, SO_RCVTIMEO. socket(7). */
int clinux_set_patience(int socket, int milliseconds);
/*
 * SO_MARK. -EPERM unless the process has CAP_NET_ADMIN or CAP_NET_RAW over the network that the
 * socket is of, not just over the process's own user namespace. socket(7).
 */
int clinux_set_mark(int socket, unsigned mark);
/* The effective user and group of whoever connected, or listened: SO_PEERCRED. unix(7). */
struct clinux_peer {
  uid_t user;
  gid_t group;
};
int clinux_peer(int socket, struct clinux_peer *peer);
/* His supplementary groups: as clinux_groups. SO_PEERGROUPS. */
int clinux_peer_groups(int socket, gid_t *groups, int size);
/* One datagram to the AF_UNIX socket at `path` (at most 107 bytes); never blocks, no SIGPIPE. */
ssize_t clinux_send_to_unix(int socket, const char *path, const void *bytes, size_t size);

#endif
