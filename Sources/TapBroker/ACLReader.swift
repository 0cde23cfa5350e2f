public import AccessControl
internal import LinuxNetworking
public import LinuxTypes

/// Reads the access control list with the rights the process has, and answers one question by it.
///
/// The helper has the caller's rights by then: a file that the caller may not read is one the
/// caller gets nothing by, which is how QEMU documents grants by file permission. Source: `man 5
/// tapster-acl.conf`.
public struct ACLReader: ~Copyable {
  /// The list.
  public static let path = FilePath("/etc/tapster/acl.conf")
  /// The list where ours is not there: that of qemu-bridge-helper.
  public static let fallbackPath = FilePath("/etc/qemu/bridge.conf")
  /// How deep files may include each other.
  public static let maximumDepth = 16
  /// How many files may be read for one answer.
  public static let maximumFiles = 1024
  /// How large one file may be, in bytes.
  public static let maximumSize = 16 << 20

  private var answer: Answer

  /// Where the answer came from: the file that was read first.
  public private(set) var mainPath = ACLReader.path

  /// Whether a rule speaks of a bridge with the name that the caller wants for the tap.
  public var tapNameIsBridges: Bool { answer.evaluation.tapNameIsBridges }

  /// A reader that answers `question`.
  public init(_ question: AccessQuestion) {
    answer = Answer(evaluation: AccessEvaluation(question))
  }

  /// Reads the whole list and decides. Throws for an error anywhere in it: half a list is none.
  public mutating func decide() throws(ACLFailure) -> AccessDecision {
    var walk = ACLWalk()
    try walk.run(&answer)
    mainPath = walk.mainPath
    return answer.evaluation.decision
  }

  /// The rules, as far as they answer the question.
  private struct Answer: ACLReading {
    var evaluation: AccessEvaluation
    var names = HostNames()

    mutating func consider(
      _ rule: ACLRule, in text: [UInt8], of path: FilePath
    ) throws(ACLFailure) {
      do throws(HostNames.Unreadable) {
        try evaluation.consider(rule, in: text, of: path, names: &names)
      } catch { throw .names(error) }
    }
  }
}
