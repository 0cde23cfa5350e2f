internal import ArgumentParser
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkEngine

/// What commands say, in virsh's manner: results and their tables on standard output with an empty
/// line behind, errors on standard error as `error: …` lines.
enum CommandOutput {
  /// Says a result.
  static func say(_ text: String) { StandardStream.output.write("\(text)\n\n") }

  /// Runs `body`; if it throws, says `failure` if there is one, and then why, and ends with status
  /// 1.
  static func run(_ failure: String?, _ body: () throws(EngineError) -> Void) throws {
    do throws(EngineError) { try body() } catch {
      var lines: [String] = []
      if let failure { lines.append(failure) }
      lines += "\(error)".split(separator: "\n").map { String($0) }
      if case .file(let error) = error, error.errno == .accessDenied, !EffectiveUser.isRoot {
        throw status(
          afterSaying: lines,
          advising: "networks that run are shown to root only; try: sudo tapster …")
      }
      throw status(afterSaying: lines, advising: error.advice)
    }
  }

  /// Ends the command if it does not run as root, which it has to.
  static func requireRoot() throws {
    guard !EffectiveUser.isRoot else { return }
    throw status(
      afterSaying: ["this has to be done as root"],
      advising: "try: sudo tapster …, or pkexec tapster …")
  }

  /// The network that `text` names; says so and ends if there is none.
  static func find(_ text: String) throws -> NetworkState {
    var found: NetworkState?
    try run("failed to get network '\(text)'") { () throws(EngineError) in
      found = try NetworkState.find(text)
    }
    guard let found else { throw ExitCode(1) }
    return found
  }

  /// Says `lines` as errors, and then what to do. The status to end with.
  static func status(afterSaying lines: [String], advising advice: String? = nil) -> ExitCode {
    let advice = advice.map { "  \($0)\n" } ?? ""
    StandardStream.error.write(lines.map { "error: \($0)\n" }.joined() + advice)
    StandardStream.output.write("\n")
    return ExitCode(1)
  }
}
