internal import ACLEditing
internal import AccessControl
internal import CommandSyntax
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker
internal import TapClient

enum ACLCheck: Command {
  static var name: String { "acl-check" }
  static let syntax = CommandSyntax(
    name, "tell whether somebody may have a tap on a bridge, and by which rule",
    "Decides as tapster-helper would, makes nothing, and tells how many taps are left. Without\n"
      + "--user for whoever asks. Ends as the helper does: 0 yes, 77 no, 78 the list is broken, 69\n"
      + "there is no such bridge. Whom the broker gives nothing, whatever the list says, is told. In\n"
      + "a user namespace, which does not show whose the list is, the broker decides.",
    [bridge, user, queues, vhost, persist, AccessListOptions.json])

  private static let bridge = RequiredText(
    "bridge", "the bridge, by any of its names", candidates: .bridges)
  private static let user = Text(
    "user", "for this user, by name or number (root only)", isPositional: false,
    candidates: .users)
  private static let queues = Number("queues", "a tap of so many queues")
  private static let vhost = Flag("vhost", "with vhost-net")
  private static let persist = Flag("persist", "a tap that outlives the program that asks")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let request = try request(arguments)
    let other = try arguments.value(of: user)
    let asJSON = arguments[AccessListOptions.json]
    if other == nil, EffectiveUser.isInUserNamespace {
      if try hasAnswered(BrokerQuestion.ask(request), request, asJSON: asJSON, &output) { return }
    }
    let caller = try ActingUser.assume(other)
    let permission: Permission
    do throws(Refusal) {
      var socket = try RouteSocket.forRequests()
      permission = try Permission.decide(request, for: caller, over: &socket)
    } catch { throw failure(error, request, caller, asJSON: asJSON, &output) }

    let slots = try takenSlots(caller.user, permission.bridge.index)
    if asJSON { return output.show(json(permission, request, caller, slots)) }
    output.show("\(permission)\n  \(taps(permission.grant.taps, slots))\n")
    for line in skipped().map(words) + brokerWords(caller) { output.show("  \(line)\n") }
  }

  /// Shows the broker's decision, or throws it if it is a refusal. False if there is none, and what
  /// can be seen in here is all there is to go by.
  private static func hasAnswered(
    _ outcome: BrokerQuestion.Outcome, _ request: TapRequest, asJSON: Bool,
    _ output: inout CommandOutput
  ) throws(Failure) -> Bool {
    switch outcome {
    case .absent, .silent: return false
    case .allowed(let lines):
      if asJSON {
        output.show(json(request, nil, lines))
      } else {
        for line in lines { output.show("\(TerminalText.escape(line))\n") }
      }
      return true
    case .refused(let refusal):
      guard asJSON else {
        throw Failure(refusal.lines, advice: refusal.advice, status: refusal.status)
      }
      output.show(json(request, refusal, refusal.lines))
      throw Failure([], status: refusal.status)
    }
  }

  private static func request(_ arguments: Arguments) throws(Failure) -> TapRequest {
    let text = try arguments.value(of: bridge)
    guard let name = InterfaceName(text) else {
      throw Failure(
        ["'\(PrintableText.escape(text.utf8))' cannot be the name of a bridge"],
        status: ExitStatus.usage.rawValue)
    }
    var request = TapRequest(bridge: name)
    request.queues = Int(try arguments.value(of: queues) ?? 1)
    request.vhost = arguments[vhost]
    request.isPersistent = arguments[persist]
    guard (1...Int(ACLParser.maximumQueues)).contains(request.queues) else {
      throw Failure(
        ["a tap has 1 to \(ACLParser.maximumQueues) queues"], status: ExitStatus.usage.rawValue)
    }
    return request
  }

  // MARK: Answers

  /// The refusal, in JSON too if need be; what was passed over may be why.
  private static func failure(
    _ refusal: Refusal, _ request: TapRequest, _ caller: Credentials, asJSON: Bool,
    _ output: inout CommandOutput
  ) -> Failure {
    var failure = Failure(refusal)
    let skipped = refusal.status == .notPermitted ? skipped() : []
    if asJSON {
      let advice: JSONText = refusal.advice.isEmpty ? .null : .text(refusal.advice)
      output.show(
        .object(
          [("allowed", .bool(false))] + subject(request, caller) + [
            ("status", .number(Int(refusal.status.rawValue))), ("reason", .text(refusal.reason)),
            ("advice", advice), ("rule", refusal.rule.map(json) ?? .null),
            ("passed-over", .array(skipped.map { .text($0.target.description) })),
            ("broker-refusal", .optional(brokerRefusal(caller)?.reason)),
          ]))
      failure.lines = []
      failure.advice = nil
    } else {
      let more = skipped.map(words) + brokerWords(caller)
      if !more.isEmpty {
        failure.advice = ([failure.advice].compactMap(\.self) + more).joined(separator: "\n  ")
      }
    }
    return failure
  }

  private static func json(
    _ permission: Permission, _ request: TapRequest, _ caller: Credentials, _ slots: [UInt32]
  ) -> JSONText {
    let grant = permission.grant
    func number(_ value: some BinaryInteger) -> JSONText { .number(Int(value)) }
    return .object(
      [("allowed", .bool(true))] + subject(request, caller) + [
        ("status", .number(0)), ("rule", json(grant.rule)),
        (
          "limits",
          .object([
            ("taps", grant.taps.map(number) ?? .null), ("queues", number(grant.queues)),
            ("vhost", .bool(grant.vhost)), ("persist", .bool(grant.persist)),
            ("isolated", .bool(permission.isIsolated)),
            ("mac", .array(grant.addresses.map { .text($0.description) })),
          ])
        ),
        (
          "taps",
          .object([
            ("used", number(slots.count)),
            ("left", grant.taps.map { number(left($0, slots)) } ?? .null),
          ])
        ), ("passed-over", .array(skipped().map { .text($0.target.description) })),
        ("broker-refusal", .optional(brokerRefusal(caller)?.reason)),
      ])
  }

  /// What the broker said: `refusal`, or nothing against it; the host's numbers of the caller it
  /// keeps to itself.
  private static func json(
    _ request: TapRequest, _ refusal: HelperRefusal?, _ lines: [String]
  ) -> JSONText {
    .object([
      ("allowed", .bool(refusal == nil)), ("bridge", .text(request.bridge.description)),
      ("status", .number(Int(refusal?.status ?? 0))),
      ("reason", .text(lines.joined(separator: "\n"))),
      ("advice", refusal?.advice.map { .text($0) } ?? .null), ("rule", .null),
    ])
  }

  private static func subject(
    _ request: TapRequest, _ caller: Credentials
  ) -> [(String, JSONText)] {
    [
      ("bridge", .text(request.bridge.description)),
      ("uid", .number(Int(caller.user.rawValue))),
      ("groups", .array(caller.groups.map { .number(Int($0.rawValue)) })),
    ]
  }

  private static func json(_ rule: DecidingRule) -> JSONText {
    .object([
      ("file", .text(rule.file.description)), ("line", .number(rule.line)),
      ("text", .text(rule.words)),
    ])
  }

  /// The includes that whom this process acts for may not read.
  private static func skipped() -> [ACLContents.Skipped] {
    let contents = try? ACLContents.whole()
    return (contents?.skipped ?? []).filter { $0.reason == .accessDenied }
  }

  private static func words(_ skipped: ACLContents.Skipped) -> String {
    "\(skipped.file):\(skipped.line): \(skipped.target) may not be read, and is passed over"
  }

  // MARK: The broker

  /// Why the broker refuses `caller` whatever the list says; nil if it goes by the list.
  private static func brokerRefusal(_ caller: Credentials) -> Refusal? {
    do throws(Refusal) {
      try Permission.refuseSubordinate(caller.user)
      return nil
    } catch { return error }
  }

  private static func brokerWords(_ caller: Credentials) -> [String] {
    guard let refusal = brokerRefusal(caller) else { return [] }
    return ["the broker gives nothing, whatever the list says: \(refusal.reason)", refusal.advice]
      .filter { !$0.isEmpty }
  }

  // MARK: Taps

  /// The slots of the taps that `user` has on a bridge, as the kernel's names tell.
  private static func takenSlots(
    _ user: UserID, _ bridge: InterfaceIndex
  ) throws(Failure) -> [UInt32] {
    guard let name = TapName(user: user, bridge: bridge) else { return [] }
    let devices: [UInt8]?
    // What the process's own network has, whatever is mounted at /sys.
    do throws(FileError) { devices = try File.read(FilePath("/proc/self/net/dev")) } catch {
      throw Failure([error.description])
    }
    return (devices ?? []).split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      return name.slot(of: Array(line[..<colon].drop { $0 == UInt8(ascii: " ") }))
    }
  }

  /// How many more can be made: slots of the limit or above it do not count.
  private static func left(_ limit: UInt32, _ slots: [UInt32]) -> Int {
    Int(limit) - slots.count { $0 < limit }
  }

  private static func taps(_ limit: UInt32?, _ slots: [UInt32]) -> String {
    guard let limit else { return "\(slots.count) in use, without a limit" }
    let left = left(limit, slots)
    return "\(Int(limit) - left) of \(limit) taps in use, "
      + (left > 0 ? "\(left) left" : "none left: stop a virtual machine")
  }
}
