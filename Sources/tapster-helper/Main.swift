internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The program: the C library calls it as `main`, once it has set itself up.
///
/// SAFETY: `execve` passes `count` NUL-terminated strings, which live as long as the process.
@unsafe @c(tapster_helper_main)
public func tapsterHelperMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 {
  let words = unsafe ProcessArguments.copy(count, arguments)
  var audience = Audience.caller
  let answer: Answer?
  do throws(Refusal) { answer = try serve(words, &audience) } catch {
    // Silence is the answer if the rights cannot be given up: what the caller put behind standard
    // error might take more than text from a privileged writer (CVE-2014-0181).
    guard Reduction.surrender() else { return ExitStatus.failure.rawValue }
    answer = Answer(error)
  }
  guard let answer else { return ExitStatus.success.rawValue }
  audience.hear(answer)
  return answer.status.rawValue
}

/// Does what `words` ask for and returns what is to be said, by when no right is left; nil if all
/// was said with what was handed over.
private func serve(_ words: [[UInt8]], _ audience: inout Audience) throws(Refusal) -> Answer? {
  let activation = try Activation.read(ifAskedBy: words)
  try Entry.settle()
  let command = try Entry.command(words, from: audience.origin)
  switch command {
  case .help:
    try Reduction.reduceToNothing()
    return Answer(.success, Usage.text)
  case .version:
    try Reduction.reduceToNothing()
    return Answer(.success, Usage.version)
  case .serve:
    // The broker goes on in here, and each of its children comes out, to do what follows as the
    // helper that its client would have started.
    guard var child = try Broker.serve(activation) else { return nil }
    let prepared = child.prepare()
    guard let connection = child.awaitClient() else { return nil }
    audience = .client(connection)
    guard try child.awaitRequest(over: connection) else { return nil }
    let equipment = try child.equipment(prepared)
    let words = try child.enter(for: connection)
    let command = try Entry.command(words, from: audience.origin)
    let recipient = try HandOver.recipient(of: command)
    return try perform(command, words, handingOverTo: recipient, tell: audience, with: equipment)
  case .check, .grant, .persist, .remove:
    // Before anything is opened, which could get the number that the caller names.
    let recipient = try HandOver.recipient(of: command)
    let equipment = try Equipment.open()
    return try perform(command, words, handingOverTo: recipient, tell: audience, with: equipment)
  }
}

/// Does what `command`, which `words` spell, asks for.
private func perform(
  _ command: HelperCommand, _ words: [[UInt8]], handingOverTo recipient: HandOverSocket?,
  tell audience: Audience, with given: consuming Equipment
) throws(Refusal) -> Answer? {
  var equipment = given

  // Without privilege, the broker is asked: what it says counts, not what this process could see.
  // It goes by who connects, and that is the caller, not whose the program's file is.
  let obstacle = try audience.origin == .commandLine ? Entry.obstacle(over: equipment.socket) : nil
  var isForBroker = obstacle != nil
  if isForBroker {
    try Reduction.reduceToNothing()
  } else {
    isForBroker = try Entry.isElsewhere(
      command, from: audience.origin, over: &equipment.socket)
  }
  if isForBroker, let answer = try BrokerClient.ask(words, handingOverTo: recipient) {
    return answer
  }
  switch command {
  case .check(let request): return try check(request, from: audience.origin, with: &equipment)
  case .grant(let request, _), .persist(let request):
    do throws(Refusal) {
      if let obstacle { throw obstacle }
      try grant(request, to: recipient, tell: audience, with: &equipment)
    } catch {
      // The log hears of it from a process without rights, as the caller does.
      if Reduction.surrender() { equipment.log.refused(request, error) }
      throw error
    }
    return nil
  case .remove(let name):
    try remove(name, with: &equipment)
    return Answer(.success, "")
  // Were answered before.
  case .help, .version, .serve: return nil
  }
}

/// Says what would be decided and by which rule; makes nothing, and needs no privilege.
private func check(
  _ request: TapRequest, from origin: RequestOrigin, with equipment: inout Equipment
) throws(Refusal) -> Answer {
  let caller = try Reduction.reduceToNothing()
  try Confinement.confine(isFiltered: equipment.isFiltered)
  let permission = try Permission.decide(
    request, for: caller, from: origin, over: &equipment.socket)
  return Answer(.success, permission.description + "\n")
}

/// Grants a tap, or throws why not. Each phase may do only what it names; man 8 tapster-helper says
/// the same to administrators.
private func grant(
  _ request: TapRequest, to recipient: HandOverSocket?, tell audience: Audience,
  with equipment: inout Equipment
) throws(Refusal) {
  // 0 Enter: with all of root's rights, or in a child of the broker with what that left of them.
  // The process is in order, the command line is read and the sockets are open; open the devices,
  // which only root may open on some hosts. Nothing else is touched.
  let taps = try Entry.openTaps(request.queues, besides: equipment.takeDevice())
  let vhosts = try Entry.openVhosts(request.vhost ? request.queues : 0)
  let now = WallClock.seconds

  // 1 Reduce: to the caller and CAP_NET_ADMIN.
  let caller = try Reduction.reduceToCaller()

  // 2 Confine: from here on no file is opened but for reading, no socket is made, and no system
  // call that is not on the list.
  try Confinement.confine(isFiltered: equipment.isFiltered)

  // 3 Decide: look, and change nothing.
  let permission = try Permission.decide(
    request, for: caller, from: audience.origin, over: &equipment.socket)

  // 4 Create: the only phase that uses CAP_NET_ADMIN.
  let tap = try GrantedTap.create(
    on: taps, request, for: caller, by: permission, at: now, over: &equipment.socket)

  // 5 Hand over: tell the log before the caller has anything, give up the last right, send; or, of
  // a tap that is to stay, say what it is called.
  equipment.log.granted(request, to: caller, tap)
  try Reduction.dropLastCapability()
  if let recipient {
    try HandOver.send(tap, vhosts, to: recipient)
    audience.goFirst()
  } else {
    try HandOver.leave(tap, called: request.name, tell: audience)
  }
}

/// Removes a tap that outlived the process that made it, or throws why not; the log hears of it
/// either way.
private func remove(_ name: InterfaceName, with equipment: inout Equipment) throws(Refusal) {
  do throws(Refusal) {
    // 0 Enter: open the device, which only root may open on some hosts.
    let device = try Entry.openTaps(1, besides: equipment.takeDevice())

    // 1 and 2, Reduce and Confine: what follows takes no right but the owner's.
    let caller = try Reduction.reduceToNothing()
    try Confinement.confine(isFiltered: equipment.isFiltered)

    // 3 and 4: the kernel decides, too.
    let removed = try TapRemoval.remove(
      name, through: device, for: caller.user, over: &equipment.socket)
    equipment.log.removed(removed, of: caller)
  } catch {
    if Reduction.surrender() { equipment.log.refused(removalOf: name, error) }
    throw error
  }
}
