/* A routing netlink socket (man 7 rtnetlink) and the constants of links and bridge ports. */
#ifndef CLINUX_NETLINK_H
#define CLINUX_NETLINK_H

#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <sys/types.h>

/* IFF_LOWER_UP of <linux/if.h>, which cannot be had beside <net/if.h>: the carrier is there. */
enum { CLINUX_IFF_LOWER_UP = 1 << 16 };

/* NETLINK_ROUTE, raw. */
int clinux_netlink_open(void);
/* Turns one of the socket's options on: NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK. */
int clinux_netlink_enable(int socket, int option);
/* Sends `size` bytes of messages to the kernel (port 0). */
ssize_t clinux_netlink_send(int socket, const void *messages, size_t size);
/*
 * Receives one datagram; blocks until there is one. Returns its whole length even if that exceeds
 * `size` (MSG_TRUNC). -EPROTO if it is not from the kernel.
 */
ssize_t clinux_netlink_receive(int socket, void *buffer, size_t size);

#endif
