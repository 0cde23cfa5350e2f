/* Directories that are watched: inotify(7). */
#ifndef CLINUX_WATCH_H
#define CLINUX_WATCH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What happened to a name in a watched directory. */
enum clinux_watch_kind {
  CLINUX_WATCH_APPEARED = 1, /* made, or renamed to it */
  CLINUX_WATCH_WRITTEN = 2,  /* closed by somebody who could write */
  CLINUX_WATCH_GONE = 3,     /* removed, or renamed to another */
  CLINUX_WATCH_RENAMED_TO = 4, /* a whole file took the name */
  CLINUX_WATCH_LOST = 5,     /* events were dropped: look for yourself */
  CLINUX_WATCH_ENDED = 6,    /* the directory is no longer watched */
};

struct clinux_watch_event {
  int watch;          /* the number that clinux_watch_add gave */
  int kind;           /* enum clinux_watch_kind */
  int is_directory;   /* what the name is of */
  char name[256];     /* NUL-terminated; empty for the last two kinds */
};

/* inotify_init1(2), close-on-exec, not blocking. */
int clinux_watch_open(void);
/*
 * Watches the directory at `path`: inotify_add_watch(2). A directory that is watched already keeps
 * its number.
 */
int clinux_watch_add(int descriptor, const char *path);
/* Gives up a watch: inotify_rm_watch(2). */
int clinux_watch_remove(int descriptor, int watch);
/* Reads what has happened, at most `count` events; 0 if nothing has. */
ssize_t clinux_watch_read(int descriptor, struct clinux_watch_event *events, size_t count);

#endif
