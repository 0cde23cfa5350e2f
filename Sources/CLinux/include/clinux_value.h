#ifndef CLINUX_VALUE_H
#define CLINUX_VALUE_H

#include <errno.h>

/* The value of a call, or -errno where it gave -1. */
#define VALUE_OR_ERRNO(call)                                                                       \
  ({                                                                                               \
    long value_ = (call);                                                                          \
    value_ < 0 ? -errno : value_;                                                                  \
  })

#endif
