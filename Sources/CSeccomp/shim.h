#include <seccomp.h>
#include <stdint.h>

/*
 * Allows `system_call` where (argument & mask) == value; with argument < 0, always.
 * libseccomp's own function is variadic, which Swift cannot call. Returns 0 or -errno.
 */
static inline int cseccomp_allow(scmp_filter_ctx filter, int system_call, int argument,
                                 uint64_t mask, uint64_t value) {
  if (argument < 0) return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, system_call, 0, 0);
  struct scmp_arg_cmp condition = {
      .arg = (unsigned)argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
  return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, system_call, 1, &condition);
}
static const uint32_t cseccomp_kill_process = SCMP_ACT_KILL_PROCESS;
