/// What an examination of the facts comes to.
public struct Examination: Sendable {
  /// What is wrong, what others follow from first.
  public private(set) var findings: [Finding] = []
  /// What was looked at and is right, each in half a sentence.
  public private(set) var fine: [String] = []
  /// What could not be looked at, and why.
  public let unseen: [String]

  /// Examines the host. Of what follows from something else that is wrong, only that is found.
  public init(_ facts: HostFacts) {
    unseen = facts.unseen
    for check in [
      HelperCheck.run, DeviceCheck.run, AccessCheck.run, NetworkCheck.run, BridgeCheck.run,
      UplinkCheck.run,
    ] {
      let result = check(facts)
      findings += result.findings
      fine += result.fine
    }
  }
}

/// What one check comes to.
struct CheckResult {
  var findings: [Finding] = []
  var fine: [String] = []

  static func + (left: Self, right: Self) -> Self {
    CheckResult(findings: left.findings + right.findings, fine: left.fine + right.fine)
  }

  static func found(_ findings: Finding...) -> Self { CheckResult(findings: findings) }
  static func fine(_ words: String...) -> Self { CheckResult(fine: words) }
}
