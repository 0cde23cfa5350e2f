#define _GNU_SOURCE
#include <link.h>
#include <sys/auxv.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "clinux.h"
#include "clinux_value.h"

const char *clinux_environment(const char *name) { return getenv(name); }

int clinux_gained_rights(void) { return getauxval(AT_SECURE) != 0; }

int clinux_close_on_exec(int descriptor) {
  return VALUE_OR_ERRNO(fcntl(descriptor, F_SETFD, FD_CLOEXEC));
}

int clinux_move_descriptor(int descriptor, int target) {
  if (descriptor == target) return clinux_close_on_exec(descriptor);
  int result = VALUE_OR_ERRNO(dup3(descriptor, target, O_CLOEXEC));
  close(descriptor);
  return result;
}

int clinux_signals_open(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int result = VALUE_OR_ERRNO(sigprocmask(SIG_BLOCK, &signals, NULL));
  return result < 0 ? result
                    : (int)VALUE_OR_ERRNO(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

int clinux_signals_next(int descriptor) {
  struct signalfd_siginfo signal;
  ssize_t size = VALUE_OR_ERRNO(read(descriptor, &signal, sizeof signal));
  return size < 0 ? (int)size : (int)signal.ssi_signo;
}

int clinux_unblock_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  return VALUE_OR_ERRNO(sigprocmask(SIG_SETMASK, &none, NULL));
}

/* What came after the oldest header that we build with; the numbers are kernel ABI. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#define MADV_POPULATE_WRITE 23
#endif

void clinux_reserve_heap(void) {
  /* In units of 16 bytes: mallocng's size classes of which groups are pages of their own. */
  static const unsigned short sizes[] = {8,  9,  10, 12, 15, 18,  20,  25,  31,  36, 42,
                                         50, 63, 72, 84, 102, 127, 146, 170, 204, 255};
  static void *volatile kept[sizeof sizes / sizeof *sizes];
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) kept[i] = malloc(sizes[i] * 16U - 8);
}

static int map_object(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size, (void)unused;
  uintptr_t read_only_to = 0;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type == PT_GNU_RELRO) read_only_to = part->p_vaddr + part->p_memsz;
  }
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD) continue;
    int writable = part->p_flags & PF_W;
    /* What is read-only after relocation is the beginning of what is writable by its flags. */
    uintptr_t from = writable && part->p_vaddr < read_only_to ? read_only_to : part->p_vaddr;
    uintptr_t to = part->p_vaddr + part->p_memsz;
    from &= ~(uintptr_t)4095;
    if (from < to)
      madvise((void *)(object->dlpi_addr + from), to - from,
              writable ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
  }
  return 0;
}

void clinux_map_program(void) {
  dl_iterate_phdr(map_object, NULL);
  volatile char stack[32768];
  for (size_t i = 0; i < sizeof stack; i += 4096) stack[i] = 0;
}

pid_t clinux_fork(void) { return VALUE_OR_ERRNO(fork()); }

pid_t clinux_reap(void) { return VALUE_OR_ERRNO(waitpid(-1, NULL, WNOHANG)); }

int clinux_end_after(int milliseconds) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  timer_t timer;
  int result = VALUE_OR_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &timer));
  if (result < 0) return result;
  struct itimerspec limit = {.it_value = {.tv_sec = milliseconds / 1000,
                                          .tv_nsec = milliseconds % 1000 * 1000000L}};
  return VALUE_OR_ERRNO(timer_settime(timer, 0, &limit, NULL));
}

int clinux_take_place_of(uid_t user, gid_t group, const gid_t *groups, size_t count) {
  /* The system calls: the C library's functions would look for other threads first. */
  int result = VALUE_OR_ERRNO(syscall(SYS_setgroups, count, groups));
  if (result < 0) return result;
  result = VALUE_OR_ERRNO(syscall(SYS_setresgid, group, group, group));
  if (result < 0) return result;
  return VALUE_OR_ERRNO(syscall(SYS_setresuid, user, 0, 0));
}
