#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/route/link.h>
#include <netlink/route/link/bridge.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <net/if.h>

/* The flag of `man 7 netdevice`, which the header gives as an enumerator of a name that is a macro too. */
static const unsigned cnetlinkroute_IFF_UP = IFF_UP;
