#define _GNU_SOURCE
#include <string.h>
#include <sys/inotify.h>

#include "clinux.h"
#include "clinux_host.h"
#include "clinux_value.h"

int clinux_watch_open(void) { return VALUE_OR_ERRNO(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int clinux_watch_add(int descriptor, const char *path) {
  const uint32_t mask = IN_CREATE | IN_CLOSE_WRITE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR;
  return VALUE_OR_ERRNO(inotify_add_watch(descriptor, path, mask));
}

int clinux_watch_remove(int descriptor, int watch) {
  return VALUE_OR_ERRNO(inotify_rm_watch(descriptor, watch));
}

static int kind(uint32_t mask) {
  if (mask & IN_Q_OVERFLOW) return CLINUX_WATCH_LOST;
  if (mask & IN_IGNORED) return CLINUX_WATCH_ENDED;
  if (mask & IN_MOVED_TO) return CLINUX_WATCH_RENAMED_TO;
  if (mask & IN_CREATE) return CLINUX_WATCH_APPEARED;
  if (mask & IN_CLOSE_WRITE) return CLINUX_WATCH_WRITTEN;
  return CLINUX_WATCH_GONE;
}

ssize_t clinux_watch_read(int descriptor, struct clinux_watch_event *events, size_t count) {
  /* As many of the longest events as the caller has room for, so that none is read and lost. */
  char buffer[16 * (sizeof(struct inotify_event) + 256)] __attribute__((aligned(8)));
  size_t room = count < 16 ? count : 16;
  if (room == 0) return -EINVAL;
  ssize_t length =
      VALUE_OR_ERRNO(read(descriptor, buffer, room * (sizeof(struct inotify_event) + 256)));
  if (length == -EAGAIN) return 0;
  if (length < 0) return length;
  size_t made = 0;
  for (ssize_t at = 0; at < length && made < count;) {
    const struct inotify_event *event = (const struct inotify_event *)(buffer + at);
    at += (ssize_t)(sizeof *event + event->len);
    struct clinux_watch_event *to = &events[made++];
    to->watch = event->wd;
    to->kind = kind(event->mask);
    to->is_directory = (event->mask & IN_ISDIR) != 0;
    to->name[0] = '\0';
    if (event->len > 0) strncpy(to->name, event->name, sizeof to->name - 1);
    to->name[sizeof to->name - 1] = '\0';
  }
  return (ssize_t)made;
}
