// Compiles the helper's system call filters with libseccomp, at build time, into a Swift source
// file:
//
//     compile-system-call-filter OUTPUT.swift
//
// In the helper itself libseccomp would cost 0.15 ms of every grant and would be more code in a
// privileged process; the kernel takes the same program ready-made (man 2 seccomp).

internal import CLinux
internal import CSeccomp
internal import Foundation

struct Failure: Error, CustomStringConvertible {
  let description: String
}

func check(_ result: Int32, _ step: String) throws {
  guard result == 0 else {
    throw Failure(description: "\(step): \(unsafe String(cString: strerror(-result)))")
  }
}

/// The program of a filter as the kernel takes it: eight bytes an instruction (`struct sock_filter`
/// of `<linux/filter.h>`).
func compile(_ rules: [SystemCallRule]) throws -> [UInt64] {
  // SAFETY: libseccomp allocates the filter, and it is released below; nothing keeps it.
  guard let filter = unsafe seccomp_init(cseccomp_kill_process) else {
    throw Failure(description: "no memory for a filter")
  }
  defer { unsafe seccomp_release(filter) }
  // A binary tree: the kernel walks the program once for every system call there is when it is
  // installed.
  try check(unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2), "optimise")
  // What a tracer turns a call into that it has fail (man 2 seccomp, SECCOMP_RET_TRACE): it does
  // nothing, and tests show by it what becomes of every call that fails.
  try check(unsafe seccomp_attr_set(filter, SCMP_FLTATR_API_TSKIP, 1), "the skipped call")
  try check(unsafe cseccomp_allow(filter, -1, -1, 0, 0), "the skipped call")
  for rule in rules {
    let number = unsafe seccomp_syscall_resolve_name(rule.name)
    guard number >= 0 else { throw Failure(description: "no system call \(rule.name)") }
    try check(
      unsafe cseccomp_allow(filter, number, rule.argument, rule.mask, rule.value), rule.name)
  }
  let pipe = Pipe()
  try check(
    unsafe seccomp_export_bpf(filter, pipe.fileHandleForWriting.fileDescriptor), "export")
  try pipe.fileHandleForWriting.close()
  let bytes = [UInt8](try pipe.fileHandleForReading.readToEnd() ?? Data())
  guard !bytes.isEmpty, bytes.count % 8 == 0 else { throw Failure(description: "odd program") }
  return unsafe bytes.withUnsafeBytes { unsafe Array($0.bindMemory(to: UInt64.self)) }
}

let arguments = CommandLine.arguments
guard arguments.count == 2 else {
  FileHandle.standardError.write(Data("usage: compile-system-call-filter OUTPUT.swift\n".utf8))
  exit(64)
}
do {
  func words(_ rules: [SystemCallRule]) throws -> String {
    try compile(rules).map { "    0x" + String($0, radix: 16) + "," }.joined(separator: "\n")
  }
  let source = """
    /// The programs that libseccomp makes of `SystemCallRules`: eight bytes an instruction.
    enum CompiledSystemCallFilter {
      static let ofConfined: [UInt64] = [
    \(try words(SystemCallRules.ofConfined))
      ]
      static let ofBrokerChild: [UInt64] = [
    \(try words(SystemCallRules.ofBrokerChild))
      ]
    }

    """
  try Data(source.utf8).write(to: URL(fileURLWithPath: arguments[1]))
} catch {
  FileHandle.standardError.write(Data("compile-system-call-filter: \(error)\n".utf8))
  exit(70)
}
