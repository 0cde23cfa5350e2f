/* Tap devices: <linux/if_tun.h>, Documentation/networking/tuntap.rst. */
#ifndef CLINUX_TUN_H
#define CLINUX_TUN_H

#include <linux/if_tun.h>
#include <stdint.h>

/* The ioctl numbers that a tap needs, for the seccomp filter too. */
extern const unsigned long clinux_TUNSETIFF;
extern const unsigned long clinux_TUNSETOWNER;
extern const unsigned long clinux_TUNSETPERSIST;
extern const unsigned long clinux_TUNDETACHFILTER;
extern const unsigned long clinux_TUNSETFILTEREBPF;
extern const unsigned long clinux_TUNSETSTEERINGEBPF;
extern const unsigned long clinux_TUNSETSNDBUF;
extern const unsigned long clinux_TUNSETVNETHDRSZ;
extern const unsigned long clinux_TUNSETVNETLE;
extern const unsigned long clinux_SIOCGIFINDEX;

/*
 * TUNSETIFF. name: 16 bytes (IFNAMSIZ) with a NUL, a template with %d or a whole name; the name
 * that the kernel chose is written back to it. flags: IFF_TAP, IFF_NO_PI, IFF_VNET_HDR,
 * IFF_MULTI_QUEUE, IFF_TUN_EXCL.
 */
int clinux_tun_attach(int descriptor, char name[16], short flags);
/* TUNSETOWNER. */
int clinux_tun_set_owner(int descriptor, uid_t owner);
/*
 * Takes back what whoever was attached to a tap may have set for it: filters, the choice of a
 * queue, the room for what is sent, the header's size and byte order. <linux/if_tun.h>.
 */
int clinux_tun_forget_settings(int descriptor);

/* TUNSETPERSIST: whether the interface outlives its descriptors, 1 or 0. */
int clinux_tun_set_persistent(int descriptor, int persistent);
/* SIOCGIFINDEX on any socket. name: 16 bytes with a NUL. Returns the index, 1 or more. */
int clinux_interface_index(int socket, const char name[16]);

#endif
