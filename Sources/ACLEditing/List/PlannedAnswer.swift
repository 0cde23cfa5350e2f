public import AccessControl
public import LinuxNetworking
public import LinuxTypes
public import TapBroker

/// The answer to one question by a list as it is planned to be, for somebody who may not read all
/// of its files.
public struct PlannedAnswer: ACLReading {
  private let contents: ACLContents
  private let hidden: Set<FilePath>
  private var evaluation: AccessEvaluation
  private var names = HostNames()

  /// No answer yet. Who asks may not read `hidden`.
  public init(_ question: AccessQuestion, plan: ACLContents.Plan, hidden: Set<FilePath>) {
    contents = ACLContents(plan: plan)
    self.hidden = hidden
    evaluation = AccessEvaluation(question)
  }

  /// The answer, once the list was read.
  public var decision: AccessDecision { evaluation.decision }

  /// What there is, or is planned to be, if it may be read.
  public func file(at path: FilePath) throws(RegularFile.ReadError) -> RegularFile {
    if hidden.contains(path) { throw .refused(.accessDenied) }
    return try contents.file(at: path)
  }

  /// Takes the rule into account.
  public mutating func consider(
    _ rule: ACLRule, in text: [UInt8], of path: FilePath
  ) throws(ACLFailure) {
    do throws(HostNames.Unreadable) {
      try evaluation.consider(rule, in: text, of: path, names: &names)
    } catch { throw .names(error) }
  }
}
