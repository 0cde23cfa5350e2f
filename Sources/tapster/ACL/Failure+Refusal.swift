internal import ACLEditing
internal import AccessControl
internal import LinuxTypes
internal import TapBroker

extension Failure {
  /// What the helper says and how it ends.
  init(_ refusal: Refusal) {
    self.init(
      [refusal.reason], advice: refusal.advice.isEmpty ? nil : refusal.advice,
      status: refusal.status.rawValue)
  }

  /// The list is broken.
  init(_ failure: ACLFailure) {
    self.init(
      [failure.description], advice: "tapster acl-lint shows all that is wrong",
      status: ExitStatus.brokenACL.rawValue)
    if case .missing = failure { advice = failure.advice }
  }

  /// Words that are no rule, with a mark below the place that is wrong.
  init(_ error: ACLEditError, in text: [UInt8]) {
    var lines = [error.description]
    if case .syntax(let error, _) = error {
      lines[0] = "this is no rule: \(lines[0])"
      advice = SourceLine(text, column: error.column).text(indent: 2)
    }
    self.lines = lines
    status = ExitStatus.usage.rawValue
  }
}

extension ACLContents {
  /// The list as the process may read it, without an error.
  static func whole() throws(Failure) -> ACLContents {
    var contents = ACLContents()
    var walk = ACLWalk()
    do throws(ACLFailure) { try walk.run(&contents) } catch { throw Failure(error) }
    return contents
  }
}
