#define _GNU_SOURCE
#include "ctestsupport.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child tells its parent before it ends without having become the program. */
struct failure {
  int number;
  const char *step; /* a constant, at the same address in parent and child */
};

#define TRY(step_, call)                                                                           \
  do {                                                                                             \
    if ((call) < 0) {                                                                              \
      *step = step_;                                                                               \
      return errno;                                                                                \
    }                                                                                              \
  } while (0)

static int highest_target(const struct ctest_program *program) {
  int highest = 2;
  for (size_t i = 0; i < program->descriptor_count; i++)
    if (program->descriptors[i].target > highest)
      highest = program->descriptors[i].target;
  return highest;
}

/* From here to execve only async-signal-safe calls: other threads may hold any lock at fork. */

static int enter_namespaces(const struct ctest_program *program, const char **step) {
  if (program->net_namespace >= 0)
    TRY("setns net", setns(program->net_namespace, CLONE_NEWNET));
  if (program->mount_namespace >= 0)
    TRY("setns mnt", setns(program->mount_namespace, CLONE_NEWNS));
  if (program->unshare_flags != 0)
    TRY("unshare", unshare(program->unshare_flags));
  return 0;
}

/* Moves every source above all targets, so that no dup2 overwrites a source still needed. */
static int place_descriptors(const struct ctest_program *program, int above, const char **step) {
  int moved[256];
  if (program->descriptor_count > 256) {
    *step = "descriptors";
    return E2BIG;
  }
  for (size_t i = 0; i < program->descriptor_count; i++)
    TRY("fcntl F_DUPFD_CLOEXEC",
        moved[i] = fcntl(program->descriptors[i].source, F_DUPFD_CLOEXEC, above));
  TRY("close_range", syscall(SYS_close_range, 0U, ~0U, CLOSE_RANGE_CLOEXEC));
  for (size_t i = 0; i < program->descriptor_count; i++)
    TRY("dup2", dup2(moved[i], program->descriptors[i].target));
  return 0;
}

static int set_signals(const struct ctest_program *program, const char **step) {
  sigset_t blocked;
  sigemptyset(&blocked);
  for (int number = 1; number <= 64; number++) {
    uint64_t bit = UINT64_C(1) << (number - 1);
    if (program->blocked_signals & bit)
      sigaddset(&blocked, number);
    /* EINVAL for 32 and 33, which are glibc's, and for KILL and STOP says nothing new. */
    signal(number, program->ignored_signals & bit ? SIG_IGN : SIG_DFL);
  }
  TRY("sigprocmask", sigprocmask(SIG_SETMASK, &blocked, NULL));
  return 0;
}

static int set_credentials(const struct ctest_program *program, const char **step) {
  /* The bare system calls: glibc's wrappers would signal every thread the parent had. */
  TRY("setgroups", syscall(SYS_setgroups, program->group_count, program->groups));
  TRY("setresgid", syscall(SYS_setresgid, program->group, program->group, program->group));
  TRY("setresuid", syscall(SYS_setresuid, program->user, program->user, program->user));
  return 0;
}

static int become(const struct ctest_program *program, pid_t parent, int above, const char **step) {
  int result;
  if (program->new_session)
    TRY("setsid", setsid());
  if ((result = enter_namespaces(program, step)) != 0)
    return result;
  if (program->directory)
    TRY("chdir", chdir(program->directory));
  if (program->file_mode_mask >= 0)
    umask((mode_t)program->file_mode_mask);
  if ((result = place_descriptors(program, above, step)) != 0)
    return result;
  for (size_t i = 0; i < program->limit_count; i++) {
    struct rlimit limit = {program->limits[i].soft, program->limits[i].hard};
    TRY("setrlimit", setrlimit((unsigned)program->limits[i].resource, &limit));
  }
  if (program->set_credentials && (result = set_credentials(program, step)) != 0)
    return result;
  if (program->die_with_parent_thread) { /* after setresuid, which clears it */
    TRY("prctl PR_SET_PDEATHSIG", prctl(PR_SET_PDEATHSIG, SIGKILL));
    if (getppid() != parent)
      _exit(127);
  }
  if (program->no_new_privileges)
    TRY("prctl PR_SET_NO_NEW_PRIVS", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  if ((result = set_signals(program, step)) != 0)
    return result;
  TRY("execve", execve(program->path, program->arguments, program->environment));
  return 0;
}

static void run_child(const struct ctest_program *program, pid_t parent, int report) {
  struct failure failure = {0, NULL};
  int above = highest_target(program) + 1;
  int kept = fcntl(report, F_DUPFD_CLOEXEC, above);
  if (kept < 0) {
    failure.number = errno;
    failure.step = "fcntl F_DUPFD_CLOEXEC";
    kept = report;
  } else {
    failure.number = become(program, parent, above, &failure.step);
  }
  ssize_t written = write(kept, &failure, sizeof failure);
  _exit(written == (ssize_t)sizeof failure ? 127 : 126);
}

pid_t ctest_spawn(const struct ctest_program *program, const char **failed_step) {
  *failed_step = NULL;
  int report[2];
  if (pipe2(report, O_CLOEXEC) < 0)
    return -errno;
  pid_t parent = getpid();

  /* A handler of the parent must not run in the child before the program is there. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t child = fork();
  if (child == 0)
    run_child(program, parent, report[1]);
  int fork_error = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(report[1]);
  if (child < 0) {
    close(report[0]);
    *failed_step = "fork";
    return -fork_error;
  }

  struct failure failure;
  ssize_t length;
  do
    length = read(report[0], &failure, sizeof failure);
  while (length < 0 && errno == EINTR);
  close(report[0]);
  if (length != (ssize_t)sizeof failure)
    return child; /* end of file: execve closed the other end */

  while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
    ;
  *failed_step = failure.step;
  return -failure.number;
}

int ctest_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) < 0 ? -errno : 0; }

const long ctest_write_number = SYS_write;

int ctest_pidfd_open(pid_t process) {
  int descriptor = pidfd_open(process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int ctest_reap(int pidfd, int *code, int *status) {
  siginfo_t information = {0};
  if (waitid(P_PIDFD, (id_t)pidfd, &information, WEXITED | WNOHANG) < 0)
    return -errno;
  if (information.si_pid == 0)
    return 0;
  *code = information.si_code;
  *status = information.si_status;
  return 1;
}
