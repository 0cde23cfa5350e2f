/// libFuzzer's own entry (`FuzzerInterface.h`): feeds inputs to `callback` until its time is up.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<Int8>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Runs a fuzzer with the options of the command line. A trap in `body` is a finding.
public func fuzz(_ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32) {
  var count = CommandLine.argc
  var arguments = unsafe CommandLine.unsafeArgv
  // SAFETY: both are what the process was started with.
  _ = unsafe runDriver(&count, &arguments, body)
}
