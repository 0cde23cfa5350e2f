public import AccessControl
public import LinuxNetworking
public import LinuxTypes

/// That a caller may have a tap on a bridge, and within what limits: the outcome of the phase
/// *Decide*.
public struct Permission: Sendable {
  /// The bridge. From here on only its index counts: a rename changes nothing.
  public let bridge: Link
  /// The rule and its limits.
  public let grant: AccessGrant

  /// Whether the port is kept from other such ports: by its rule, or by its network.
  public var isIsolated: Bool { grant.isolated || bridge.isolatesPorts }

  /// Finds the bridge, reads the access control list and decides, making nothing.
  ///
  /// Throws a refusal if there is no such bridge, the list is broken or silent or says no, or the
  /// request goes beyond what the rule allows.
  public static func decide(
    _ request: TapRequest, for caller: Credentials, from origin: RequestOrigin = .commandLine,
    over socket: inout RouteSocket
  ) throws(Refusal) -> Permission {
    if origin.mayBeUserNamespace { try refuseSubordinate(caller.user) }
    let bridge = try findBridge(request.bridge, over: &socket)
    let question = AccessQuestion(
      user: caller.user, groups: caller.groups,
      bridgeNames: [bridge.name] + bridge.alternativeNames, tapName: request.name?.bytes,
      mayLackGroups: origin.mayBeUserNamespace)
    var reader = ACLReader(question)
    let decision: AccessDecision
    do throws(ACLFailure) { decision = try reader.decide() } catch {
      throw Refusal(.brokenACL, error.description, advice: error.advice)
    }

    if case .allowed(let grant) = decision {
      try checkLimits(of: grant, request)
      if reader.tapNameIsBridges, let name = request.name {
        throw Refusal(
          .notPermitted,
          "'\(name.description)' is the name of a bridge in \(reader.mainPath.description)",
          advice: "choose another --name")
      }
      return Permission(bridge: bridge, grant: grant)
    }
    throw refusal(of: bridge, request, to: caller, decision, by: reader.mainPath)
  }

  private static func refusal(
    of bridge: Link, _ request: TapRequest, to caller: Credentials, _ decision: AccessDecision,
    by list: FilePath
  ) -> Refusal {
    let subject = SubjectWords(caller.user)
    let wanted = "\(subject.full) may not use bridge '\(request.bridge.description)'"
    if case .denied(let rule) = decision {
      return Refusal(
        .notPermitted, "\(wanted): \(rule.place) denies it: \(rule.words)",
        advice: "a deny cannot be overruled; an administrator can change that line", by: rule)
    }
    return Refusal(
      .notPermitted, "\(wanted): no rule in \(list.description) allows it",
      advice: "an administrator can add: allow \(PrintableText.escape(bridge.name)) "
        + "user=\(subject.key)")
  }

  /// Throws for a number that a user may act under beside his own: thousands of those, and no deny
  /// or limit of his would hold. So the broker answers, whatever the list says; the helper that is
  /// a command line's does not ask.
  public static func refuseSubordinate(_ user: UserID) throws(Refusal) {
    let path = FilePath("/etc/subuid")
    let file: RegularFile
    do throws(RegularFile.ReadError) {
      file = try RegularFile.read(path, maximumSize: 16 << 20)
    } catch {
      // Nobody has such numbers then.
      if error == .refused(.noSuchFile) { return }
      throw Refusal(.failure, "cannot read \(path.description): \(error.description)")
    }
    let owner: [UInt8]?
    do throws(SubordinateIDs.Unclear) {
      owner = try SubordinateIDs(file.contents).owner(of: user.rawValue)
    } catch {
      throw Refusal(
        .failure, "\(path.description):\(error.line): not NAME:FIRST:COUNT in plain decimal",
        advice: "until an administrator mends it, the broker refuses every request")
    }
    guard let owner else { return }
    throw Refusal(
      .notPermitted,
      "uid \(user.rawValue) is a subordinate id of '\(PrintableText.escape(owner))' "
        + "(\(path.description)), which gets no taps",
      advice: "ask as that user himself; in his containers that mostly is root")
  }

  private static func findBridge(_ name: InterfaceName, over socket: inout RouteSocket)
    throws(Refusal) -> Link
  {
    guard let link = try socket.find(name) else {
      throw Refusal(
        .unavailable, "there is no bridge '\(name.description)'",
        advice: "an administrator can start its network: tapster net-list --all shows them")
    }
    guard link.isBridge else {
      throw Refusal(
        .unavailable, "'\(name.description)' is not a bridge",
        advice: "ip link show type bridge lists the bridges there are")
    }
    return link
  }

  private static func checkLimits(of grant: AccessGrant, _ request: TapRequest) throws(Refusal) {
    // Words only for a refusal: this runs for every grant.
    func rule() -> String { "\(grant.rule.place) (\(grant.rule.words))" }
    guard request.queues <= grant.queues else {
      throw Refusal(
        .notPermitted,
        "\(request.queues) queues were asked for, and \(rule()) allows \(grant.queues)",
        advice: "an administrator can add queues=\(request.queues) to that line",
        by: grant.rule)
    }
    guard grant.vhost || !request.vhost else {
      throw Refusal(
        .notPermitted, "vhost was asked for, and \(rule()) does not allow it",
        advice: "an administrator can add vhost to that line",
        by: grant.rule)
    }
    guard grant.persist || !request.isPersistent else {
      throw Refusal(
        .notPermitted, "a persistent tap was asked for, and \(rule()) does not allow it",
        advice: "an administrator can add persist to that line",
        by: grant.rule)
    }
    // A name is for programs that open a tap by it. Whoever may choose one may also take one that
    // somebody else waits for.
    guard grant.persist || request.name == nil else {
      throw Refusal(
        .notPermitted, "--name was asked for, and \(rule()) does not allow it",
        advice: "an administrator can add persist to that line",
        by: grant.rule)
    }
  }
}

extension Permission: CustomStringConvertible {
  /// The decision, the rule that made it and its limits, for `--check`.
  public var description: String {
    let taps = grant.taps.map { "\($0)" } ?? "unlimited"
    return "allowed by \(grant.rule.place): \(grant.rule.words)\n"
      + "  taps=\(taps) queues=\(grant.queues) vhost=\(grant.vhost ? "yes" : "no") "
      + "persist=\(grant.persist ? "yes" : "no") isolated=\(isIsolated ? "yes" : "no") locked=\(grant.addresses.isEmpty ? "no" : "yes")"
  }
}

extension DecidingRule {
  /// `file:line`.
  public var place: String { "\(file.description):\(line)" }
  /// The rule as it is written, fit for a terminal.
  public var words: String { PrintableText.escape(text) }
}

extension RouteSocket {
  /// The interface of that name, own or alternative, or nil if there is none.
  mutating func find(_ name: InterfaceName) throws(Refusal) -> Link? {
    do throws(NetlinkError) { return try link(named: name) } catch {
      throw Refusal(.failure, error.description)
    }
  }

  /// A socket, or the refusal that there is none.
  public static func forRequests() throws(Refusal) -> RouteSocket {
    do throws(NetlinkError) { return try RouteSocket() } catch {
      throw Refusal(.failure, error.description)
    }
  }
}
