internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine

/// Why a command ended without having done what it was asked to.
struct Failure: Error {
  /// What went wrong; each is said behind `error: `.
  var lines: [String]
  /// What can be done about it.
  var advice: String?
  /// How the program ends.
  var status: Int32 = 1
  /// Others that the same command met, each with what can be done about it.
  var others: [Failure] = []
  /// Whether root could have done it, since it is about a file that only he may read.
  private(set) var isForRootOnly = false

  init(_ lines: [String], advice: String? = nil, status: Int32 = 1) {
    self.lines = lines
    self.advice = advice
    self.status = status
  }

  init(_ error: ValueError) { lines = [error.description] }

  /// `summary` says what failed, `error` why.
  init(_ summary: String?, _ error: EngineError) {
    lines = (summary.map { [$0] } ?? []) + "\(error)".split(separator: "\n").map { String($0) }
    advice = error.advice
    if case .file(let error) = error, error.errno == .accessDenied, !EffectiveUser.isRoot {
      advice = "this is shown to root only; try: sudo tapster …"
      isForRootOnly = true
    }
  }

  /// What is said of it on standard error; names and files of others cannot steer a terminal.
  var text: String {
    let advice = advice.map { "  \(PrintableText.lines($0))\n" } ?? ""
    return lines.map { "error: \(PrintableText.line($0))\n" }.joined() + advice
      + others.map(\.text).joined()
  }

  /// Runs `body`; what it throws becomes a failure that begins with `summary`.
  static func during<Result>(
    _ summary: String?, _ body: () throws(EngineError) -> Result
  ) throws(Failure) -> Result {
    do throws(EngineError) { return try body() } catch { throw Failure(summary, error) }
  }

  /// Sees to it that the command runs as root: if it does not, runs it again through polkit, where
  /// that is possible, and never returns. `file` is one that it reads, which is opened with the
  /// rights that we have.
  ///
  /// Throws if the command cannot be run as root.
  static func unlessRoot(reading file: String? = nil) throws(Failure) {
    guard let pkexec = try Pkexec.unlessRoot() else { return }
    try pkexec.endAsRoot(
      reading: try file.map { name throws(Failure) in try DefinitionFile.open(name) })
  }
}
