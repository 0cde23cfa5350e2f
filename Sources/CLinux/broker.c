#define _GNU_SOURCE
#include <link.h>
#include <sched.h>
#include <sys/auxv.h>
#include <sys/eventfd.h>
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

int clinux_copy(int descriptor) { return VALUE_OR_ERRNO(fcntl(descriptor, F_DUPFD_CLOEXEC, 3)); }

int clinux_pipe(int ends[2]) { return VALUE_OR_ERRNO(pipe2(ends, O_CLOEXEC)); }

int clinux_counter(void) { return VALUE_OR_ERRNO(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

int clinux_counter_add(int counter, uint64_t number) {
  ssize_t result = VALUE_OR_ERRNO(write(counter, &number, sizeof number));
  return result < 0 ? (int)result : 0;
}

uint64_t clinux_counter_take(int counter) {
  uint64_t number = 0;
  return read(counter, &number, sizeof number) == sizeof number ? number : 0;
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

enum { PAGE = 4096 };

/* In units of 16 bytes: mallocng's size classes up to 4 KiB. */
static const unsigned short sizes[] = {1,  2,  3,  4,  5,  6,  7,  8,  9,   10,  12,  15,  18,  20,
                                       25, 31, 36, 42, 50, 63, 72, 84, 102, 127, 146, 170, 204, 255};
enum { SIZES = sizeof sizes / sizeof *sizes, EACH = 6 };
static void *kept[SIZES][EACH];

void clinux_reserve_heap(void) {
  for (size_t i = 0; i < SIZES; i++)
    for (size_t j = 0; j < EACH; j++) kept[i][j] = malloc(sizes[i] * 16U - 8);
  /* Between those that stay there is room. */
  for (size_t i = 0; i < SIZES; i++)
    for (size_t j = 1; j < EACH; j += 2) {
      free(kept[i][j]);
      kept[i][j] = NULL;
    }
}

static void map(uintptr_t from, uintptr_t to, int advice) {
  from &= ~(uintptr_t)(PAGE - 1);
  if (from < to) madvise((void *)from, to - from, advice);
}

static void map_heap(void) {
  uintptr_t mapped = 0;
  for (size_t i = 0; i < SIZES; i++)
    for (size_t j = 0; j < EACH; j += 2) {
      uintptr_t piece = (uintptr_t)kept[i][j];
      if (piece == 0 || piece - mapped < PAGE) continue;
      mapped = piece & ~(uintptr_t)(PAGE - 1);
      map(mapped, mapped + PAGE, MADV_POPULATE_WRITE);
    }
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
    map(object->dlpi_addr + from, object->dlpi_addr + to,
        writable ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
  }
  return 0;
}

void clinux_map_program(void) {
  dl_iterate_phdr(map_object, NULL);
  map_heap();
  uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
  map(frame - 8 * PAGE, frame, MADV_POPULATE_WRITE);
}

pid_t clinux_fork(void) { return VALUE_OR_ERRNO(fork()); }

pid_t clinux_reap(void) { return VALUE_OR_ERRNO(waitpid(-1, NULL, WNOHANG)); }

static timer_t end;
static int end_is_prepared;

int clinux_prepare_end(void) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGKILL};
  int result = VALUE_OR_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &end));
  end_is_prepared = result == 0;
  return result;
}

int clinux_end_after(int milliseconds) {
  int result = end_is_prepared ? 0 : clinux_prepare_end();
  if (result < 0) return result;
  struct itimerspec limit = {.it_value = {.tv_sec = milliseconds / 1000,
                                          .tv_nsec = milliseconds % 1000 * 1000000L}};
  return VALUE_OR_ERRNO(timer_settime(end, 0, &limit, NULL));
}

int clinux_take_place_of(uid_t user, gid_t group, const gid_t *groups, size_t count) {
  /* The system calls: the C library's functions would look for other threads first. */
  int result = VALUE_OR_ERRNO(syscall(SYS_setgroups, count, groups));
  if (result < 0) return result;
  result = VALUE_OR_ERRNO(syscall(SYS_setresgid, group, group, group));
  if (result < 0) return result;
  return VALUE_OR_ERRNO(syscall(SYS_setresuid, user, 0, 0));
}

void clinux_yield(void) { sched_yield(); }
