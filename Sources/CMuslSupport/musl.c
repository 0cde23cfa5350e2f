// What the helper's objects ask of glibc and musl does not have under that name. Debian's
// libcap-ng.a is compiled with _FORTIFY_SOURCE, whose checks of constant formats fall away here.
#ifdef LINKED_WITH_MUSL
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <syslog.h>
#include <unistd.h>

// What the relocations filled in becomes read-only (PT_GNU_RELRO). glibc does that by itself, musl
// only in its dynamic linker, which a static-PIE does not have. Before every other constructor.
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

__attribute__((constructor(101))) static void protect_relocations(void) {
  const char *base = (const char *)&__ehdr_start;
  const ElfW(Phdr) *header = (const ElfW(Phdr) *)(base + __ehdr_start.e_phoff);
  for (int left = __ehdr_start.e_phnum; left > 0; left--, header++) {
    if (header->p_type != PT_GNU_RELRO) continue;
    uintptr_t page = sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)base + header->p_vaddr) & -page;
    uintptr_t end = ((uintptr_t)base + header->p_vaddr + header->p_memsz) & -page;
    if (mprotect((void *)start, end - start, PROT_READ) < 0) _exit(70);
  }
}

void arc4random_buf(void *buffer, size_t size) {
  // One getrandom(2) of up to 256 bytes is never cut short.
  for (char *next = buffer; size > 0;) {
    size_t part = size < 256 ? size : 256;
    if (getrandom(next, part, 0) != (ssize_t)part) abort();
    next += part;
    size -= part;
  }
}

#define FORMATTED(call)             \
  va_list arguments;                \
  va_start(arguments, format);      \
  int written = call;               \
  va_end(arguments);                \
  return written

int __snprintf_chk(char *text, size_t most, int flag, size_t size, const char *format, ...) {
  (void)flag;
  FORMATTED(vsnprintf(text, most < size ? most : size, format, arguments));
}

int __sprintf_chk(char *text, int flag, size_t size, const char *format, ...) {
  (void)flag;
  FORMATTED(vsnprintf(text, size, format, arguments));
}

int __asprintf_chk(char **text, int flag, const char *format, ...) {
  (void)flag;
  FORMATTED(vasprintf(text, format, arguments));
}

int __printf_chk(int flag, const char *format, ...) {
  (void)flag;
  FORMATTED(vprintf(format, arguments));
}

void __syslog_chk(int priority, int flag, const char *format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}
#endif
