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
  do throws(Refusal) {
    try Entry.settle()
    let answer = try serve(words)
    StandardStream.output.write(answer)
    return ExitStatus.success.rawValue
  } catch {
    return tell(error)
  }
}

/// Says why nothing was granted, once no right is left; returns the exit status.
private func tell(_ refusal: Refusal) -> Int32 {
  // Silence is the answer if the rights cannot be given up: what the caller put behind standard
  // error might take more than text from a privileged writer (CVE-2014-0181).
  guard Reduction.surrender() else { return ExitStatus.failure.rawValue }
  StandardStream.error.write(refusal.message)
  // The end of the process closes the caller's socket, and then libvirt reads no further: a message
  // that still is in the pipe would be missing from its error.
  StandardStream.error.awaitReader()
  return refusal.status.rawValue
}

/// Does what `words` ask for and returns what is to be printed; by then no right is left.
private func serve(_ words: [[UInt8]]) throws(Refusal) -> String {
  switch try Entry.command(words) {
  case .help:
    try Reduction.reduceToNothing()
    return Usage.text
  case .version:
    try Reduction.reduceToNothing()
    return Usage.version
  case .check(let request):
    return try check(request)
  case .grant(let request, let descriptor):
    // Before anything is opened, which could get the number that the caller names.
    try grant(request, to: try HandOver.recipient(descriptor))
  case .persist(let request): try grant(request, to: nil)
  case .remove(let name): try remove(name)
  }
  return ""
}

/// Says what would be decided and by which rule; makes nothing, and needs no privilege.
private func check(_ request: TapRequest) throws(Refusal) -> String {
  let caller = try Reduction.reduceToNothing()
  var socket = try RouteSocket.forRequests()
  try Confinement.confine()
  let permission = try Permission.decide(request, for: caller, over: &socket)
  return permission.description + "\n"
}

/// Grants a tap, or throws why not; the log hears of it either way.
private func grant(_ request: TapRequest, to recipient: HandOverSocket?) throws(Refusal) {
  let log = try DecisionLog()
  do throws(Refusal) { try grant(request, to: recipient, log) } catch {
    // The log hears of it from a process without rights, as the caller does.
    if Reduction.surrender() { log.refused(request, error) }
    throw error
  }
}

/// Grants a tap, or throws why not. Each phase may do only what it names; man 8 tapster-helper says
/// the same to administrators.
private func grant(
  _ request: TapRequest, to recipient: HandOverSocket?, _ log: borrowing DecisionLog
) throws(Refusal) {
  // 0 Enter: with all of root's rights. The process is in order and the command line is read; open
  // the devices, which only root may open on some hosts, and the sockets. Nothing else is touched.
  try Entry.checkPrivilege()
  let taps = try Entry.openTaps(request.queues)
  let vhosts = try Entry.openVhosts(request.vhost ? request.queues : 0)
  var socket = try RouteSocket.forRequests()
  let now = WallClock.seconds

  // 1 Reduce: to the caller and CAP_NET_ADMIN.
  let caller = try Reduction.reduceToCaller()

  // 2 Confine: from here on no file is opened but for reading, no socket is made, and no system
  // call that is not on the list.
  try Confinement.confine()

  // 3 Decide: look, and change nothing.
  let permission = try Permission.decide(request, for: caller, over: &socket)

  // 4 Create: the only phase that uses CAP_NET_ADMIN.
  let tap = try GrantedTap.create(
    on: taps, request, for: caller, by: permission, at: now, over: &socket)

  // 5 Hand over: tell the log before the caller has anything, give up the last right, send; or, of
  // a tap that is to stay, say what it is called.
  log.granted(request, to: caller, tap)
  try Reduction.dropLastCapability()
  guard let recipient else { return try HandOver.leave(tap, called: request.name) }
  try HandOver.send(tap, vhosts, to: recipient)
}

/// Removes a tap that outlived the process that made it, or throws why not; the log hears of it
/// either way.
private func remove(_ name: InterfaceName) throws(Refusal) {
  // 0 Enter: open the device, which only root may open on some hosts.
  let log = try DecisionLog()
  do throws(Refusal) {
    let device = try Entry.openTaps(1)
    var socket = try RouteSocket.forRequests()

    // 1 and 2, Reduce and Confine: what follows takes no right but the owner's.
    let caller = try Reduction.reduceToNothing()
    try Confinement.confine()

    // 3 and 4: the kernel decides, too.
    let removed = try TapRemoval.remove(name, through: device, for: caller.user, over: &socket)
    log.removed(removed, of: caller)
  } catch {
    if Reduction.surrender() { log.refused(removalOf: name, error) }
    throw error
  }
}
