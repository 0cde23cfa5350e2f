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
/* SO_DOMAIN of a socket: AF_UNIX and so on. -ENOTSOCK for what is no socket. */
int clinux_socket_domain(int descriptor);
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
/* One datagram to the AF_UNIX socket at `path` (at most 107 bytes); never blocks, no SIGPIPE. */
ssize_t clinux_send_to_unix(int socket, const char *path, const void *bytes, size_t size);

#endif
