#define _GNU_SOURCE
#include <locale.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

#include "clinux_host.h"

int clinux_display_width(const char *text) {
  static locale_t utf8;
  if (utf8 == NULL) utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
  locale_t before = utf8 == NULL ? NULL : uselocale(utf8);
  int width = 0;
  mbstate_t state = {0};
  for (const char *end = text + strlen(text); text < end;) {
    wchar_t character;
    size_t size = mbrtowc(&character, text, (size_t)(end - text), &state);
    if (size == (size_t)-1 || size == (size_t)-2) {
      memset(&state, 0, sizeof state);
      size = 1;
      width++;
    } else {
      int columns = wcwidth(character);
      width += columns < 0 ? 1 : columns;
    }
    text += size;
  }
  if (before != NULL) uselocale(before);
  return width;
}

int64_t clinux_now(long *nanoseconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *nanoseconds = now.tv_nsec;
  return now.tv_sec;
}

size_t clinux_time_text(int64_t seconds, int is_utc, char *buffer, size_t size) {
  time_t time = seconds;
  struct tm fields;
  if ((is_utc ? gmtime_r(&time, &fields) : localtime_r(&time, &fields)) == NULL) return 0;
  return strftime(buffer, size, "%Y-%m-%d %H:%M:%S", &fields);
}
