#include <netinet/in.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/addr.h>
#include <netlink/route/class.h>
#include <netlink/route/qdisc.h>
#include <netlink/route/qdisc/htb.h>
#include <netlink/route/route.h>
#include <netlink/route/tc.h>
#include <net/if.h>
#include <stdlib.h>

/*
 * Flags of `man 7 netdevice`, which the header gives as enumerators of names that are macros too.
 */
static const unsigned cnetlinkroute_IFF_UP = IFF_UP;
static const unsigned cnetlinkroute_IFF_LOOPBACK = IFF_LOOPBACK;

/* The parent of a device's first queueing discipline, a macro that casts (<linux/pkt_sched.h>). */
static const unsigned cnetlinkroute_TC_H_ROOT = TC_H_ROOT;
