internal import ACLEditing
internal import AccessControl
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// Whom a new allow changes nothing for, since another rule decides for them.
struct RuleEffect {
  /// Those for whom the same rule decides.
  struct Overruled {
    let subjects: [ACLSubject]
    let rule: DecidingRule
    let isDeny: Bool
  }

  /// A uid that no rule is about: who asks in it is anybody.
  private static let anybody: UInt32 = 4_294_967_294
  /// So many subjects are named; of more their number is told.
  private static let maximumNamed = 5

  private let line: RuleLine
  /// Where it is going to be.
  private let place: String
  private let overruled: [Overruled]

  /// What `rule`, at `line` of the file that changes, changes in a list that is going to be
  /// `planned` when the file holds `new`. Needs root.
  init(
    of rule: RuleLine, at line: Int, in change: ListChange, holding new: ACLText,
    _ planned: ACLContents, _ host: ACLSurroundings
  ) throws(Failure) {
    self.line = rule
    place = "\(change.path):\(line)"
    guard rule.meaning.verb == .allow else {
      overruled = []
      return
    }
    let bridges = try Self.names(of: rule.meaning.bridge)
    var found: [(subject: ACLSubject, rule: DecidingRule, isDeny: Bool)] = []
    for subject in rule.meaning.subjects {
      guard let anybody = UserID(Self.anybody) else { continue }
      let who =
        host.credentials(of: subject, else: anybody)
        ?? Credentials(user: anybody, groups: [])
      let question = AccessQuestion(user: who.user, groups: who.groups, bridgeNames: bridges)
      let hidden = try host.files(of: planned, hiddenFrom: who)
      // A list that he may not read at all allows him nothing by any rule.
      guard let decision = change.decision(of: question, hidden: hidden, holding: new) else {
        continue
      }
      switch decision {
      case .denied(let rule): found.append((subject, rule, true))
      case .allowed(let grant) where grant.rule.file != change.path || grant.rule.line != line:
        found.append((subject, grant.rule, false))
      case .allowed, .noRule: break
      }
    }
    var overruled: [Overruled] = []
    for one in found where !overruled.contains(where: { $0.rule == one.rule }) {
      overruled.append(
        Overruled(
          subjects: found.filter { $0.rule == one.rule }.map(\.subject), rule: one.rule,
          isDeny: one.isDeny))
    }
    self.overruled = overruled
  }

  /// Whether it is as it was meant to be.
  var isWhole: Bool { overruled.isEmpty }

  /// What there is to say of it, and what can be done.
  var notes: String {
    overruled.map { one in
      let whom = Self.words(one.subjects)
      guard !one.isDeny else {
        return "note: it changes nothing for \(whom): \(one.rule.place) denies it: "
          + "\(one.rule.words)\n  a deny wins wherever it stands; that line would have to change\n"
      }
      let words = ShellWord.quote(String(decoding: line.text, as: UTF8.self))
      return "note: it changes nothing for \(whom): \(one.rule.place) decides, the first allow "
        + "that fits: \(one.rule.words)\n  to have it decide: tapster acl-remove "
        + "\(ShellWord.quote(place)) && tapster acl-add --before "
        + "\(ShellWord.quote(one.rule.place)) \(words)\n"
    }.joined()
  }

  /// Every name of the bridge, or none if the rule is for all bridges.
  private static func names(of bridge: RuleMeaning.Word?) throws(Failure) -> [[UInt8]] {
    guard let bridge else { return [] }
    guard let name = InterfaceName(bridge.bytes) else { return [bridge.bytes] }
    do throws(Refusal) {
      var socket = try RouteSocket.forRequests()
      do throws(NetlinkError) {
        guard let link = try socket.link(named: name) else { return [bridge.bytes] }
        return [link.name] + link.alternativeNames
      } catch { throw Refusal(.failure, error.description) }
    } catch { throw Failure(error) }
  }

  private static func words(_ subjects: [ACLSubject]) -> String {
    var words = subjects.prefix(maximumNamed).map { subject in
      switch subject {
      case .everybody: "everybody"
      case .user(let name): "user '\(PrintableText.escape(name))'"
      case .group(let name): "group '\(PrintableText.escape(name))'"
      }
    }
    if subjects.count > maximumNamed { words.append("\(subjects.count - maximumNamed) more") }
    return words.joined(separator: ", ")
  }
}
