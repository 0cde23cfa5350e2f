internal import AccessControl
internal import FuzzDriver
internal import LinuxTypes

/// The names that go with the caller: one of each, so that rules by name match now and then.
private struct OneOfEach: SubjectNames {
  mutating func names(of user: UserID) throws(Never) -> [[UInt8]] { [Array("build".utf8)] }
  mutating func names(of groups: [GroupID]) throws(Never) -> [[UInt8]] { [Array("kvm".utf8)] }
  mutating func groups(of user: UserID) throws(Never) -> [GroupID] {
    GroupID(100).map { [$0] } ?? []
  }
}

/// Any bytes as an access control list: parsed to the end or to an error within the text, and the
/// answer is one that the rules give.
@main
enum FuzzACL {
  static func main() {
    unsafe fuzz { start, count in
      let text = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      guard let user = UserID(1001), let group = GroupID(100) else { return 0 }
      var evaluation = AccessEvaluation(
        AccessQuestion(
          user: user, groups: [group], bridgeNames: [Array("br0".utf8)], tapName: [0x78]))
      var parser = ACLParser(text)
      var names = OneOfEach()
      var allows = 0
      var denies = 0
      do throws(ACLSyntaxError) {
        while let statement = try parser.next() {
          guard case .rule(let rule) = statement else { continue }
          precondition(rule.line.range.upperBound <= text.count)
          if rule.verb == .allow { allows += 1 } else { denies += 1 }
          evaluation.consider(rule, in: text, of: FilePath("/acl"), names: &names)
        }
      } catch {
        precondition(error.line >= 1 && error.column >= 1)
        return 0
      }
      switch evaluation.decision {
      case .allowed(let grant):
        precondition(allows > 0 && grant.queues >= 1 && grant.taps != 0)
        for address in grant.addresses { precondition(!address.isMulticast) }
      case .denied: precondition(denies > 0)
      case .noRule: break
      }
      return 0
    }
  }
}
