/* What files, mounts and sockets are, for who looks and changes nothing. */
#ifndef CLINUX_INSPECT_H
#define CLINUX_INSPECT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What stat(2) tells of a file, links followed. */
struct clinux_file_facts {
  uint32_t mode;        /* st_mode: permissions and the set-user-ID bit, without the type */
  uint32_t user, group; /* st_uid, st_gid */
  int is_regular, is_device;
  int is_on_nosuid; /* its mount grants no privilege: statvfs(3) */
};
int clinux_file_facts(const char *path, struct clinux_file_facts *facts);
/*
 * The capabilities of a file, as struct vfs_cap_data or vfs_ns_cap_data (<linux/capability.h>) has
 * them: getxattr(2) of security.capability. Returns the bytes; -ENODATA if it has none.
 */
ssize_t clinux_file_capabilities(const char *path, void *buffer, size_t size);
/* What a symbolic link says, without a NUL: readlink(2). Returns the bytes. */
ssize_t clinux_read_link(const char *path, void *buffer, size_t size);
/*
 * Whether the network namespace of the calling process belongs to its user namespace or one within
 * that: ioctl NS_GET_USERNS (man 2 ioctl_ns) of /proc/self/ns/net. 1 or 0.
 */
int clinux_owns_network(void);
/*
 * Asks whoever listens at the AF_UNIX socket of type SOCK_SEQPACKET at `path` (at most 107 bytes):
 * sends one message, and receives one of at most `reply_size` bytes within `milliseconds`.
 * -ETIMEDOUT if none comes; 0 if the other side hangs up.
 */
ssize_t clinux_ask(const char *path, const void *request, size_t size, void *reply, size_t reply_size,
                   int milliseconds);

#endif
