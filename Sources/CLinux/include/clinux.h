/*
 * The C side of tapster: what Swift cannot say (variadic calls, macros of kernel headers, fork).
 *
 * Every function makes one request of the kernel or the C library and returns its value, or -errno.
 * There is no policy here, nothing is retried, nothing is kept.
 */
#ifndef CLINUX_H
#define CLINUX_H

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include "clinux_broker.h"
#include "clinux_confine.h"
#include "clinux_file.h"
#include "clinux_netlink.h"
#include "clinux_process.h"
#include "clinux_socket.h"
#include "clinux_tun.h"

/* The text of an error number; good until the next call. strerror(3). */
const char *clinux_strerror(int number);

#endif
