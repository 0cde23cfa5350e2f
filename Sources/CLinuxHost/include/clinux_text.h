/* What text and times look like to people. */
#ifndef CLINUX_TEXT_H
#define CLINUX_TEXT_H

#include <stddef.h>
#include <stdint.h>

/*
 * How many columns of a terminal the UTF-8 of `text` takes, whatever the locale is: wcwidth(3).
 * What has no width, or is not UTF-8, counts as one.
 */
int clinux_display_width(const char *text);
/* Seconds since 1970 and, in `*nanoseconds`, what follows: clock_gettime(2), CLOCK_REALTIME. */
int64_t clinux_now(long *nanoseconds);
/*
 * Writes `seconds` since 1970 as `2026-11-21 14:19:00` into `buffer`, in the zone that TZ says or,
 * if `is_utc`, in UTC: localtime_r(3), gmtime_r(3). Returns the bytes written, 0 if `size` is too
 * small or there is no such time.
 */
size_t clinux_time_text(int64_t seconds, int is_utc, char *buffer, size_t size);

#endif
