internal import AccessControl
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
  var request: TapRequest?
  do throws(Refusal) {
    let answer = try serve(words, &request)
    StandardStream.output.write(answer)
    return ExitStatus.success.rawValue
  } catch {
    // Silence is the answer if the rights cannot be given up: what the caller put behind standard error might
    // take more than text from a privileged writer (CVE-2014-0181).
    guard Reduction.surrender() else { return ExitStatus.failure.rawValue }
    if let request { DecisionLog.refused(request, error) }
    StandardStream.error.write(error.message)
    return error.status.rawValue
  }
}

/// Does what `words` ask for and returns what is to be printed; by then no right is left.
///
/// `request` is set as soon as it is known, for the log of a refusal.
private func serve(_ words: [[UInt8]], _ request: inout TapRequest?) throws(Refusal) -> String {
  try Entry.settle()
  switch try Entry.command(words) {
  case .help:
    try Reduction.reduceToNothing()
    return Usage.text
  case .version:
    try Reduction.reduceToNothing()
    return Usage.version
  case .check(let asked):
    request = asked
    return try check(asked)
  case .grant(let asked, let descriptor):
    request = asked
    try grant(asked, through: descriptor)
    return ""
  }
}

/// Says what would be decided and by which rule; makes nothing, and needs no privilege.
private func check(_ request: TapRequest) throws(Refusal) -> String {
  let caller = try Reduction.reduceToNothing()
  try Confinement.confine()
  var socket = try RouteSocket.forRequests()
  let permission = try Permission.decide(request, for: caller, over: &socket)
  return permission.description + "\n"
}

/// Grants a tap, or throws why not. Each phase may do only what it names; man 8 tapster-helper says the same to
/// administrators.
private func grant(_ request: TapRequest, through descriptor: Int32) throws(Refusal) {
  // 0 Enter: with all of root's rights. The caller's process is in order and the command line is read; open the
  // devices, which only root may open on some hosts. Nothing else is touched.
  try Entry.checkPrivilege()
  let taps = try Entry.openTaps(request.queues)
  let vhosts = try Entry.openVhosts(request.vhost ? request.queues : 0)

  // 1 Reduce: to the caller and CAP_NET_ADMIN.
  let caller = try Reduction.reduceToCaller()

  // 2 Confine: no file is opened but for reading from here on, and no system call is made but those on the list.
  try Confinement.confine()

  // 3 Decide: look, and change nothing.
  let recipient = try HandOver.recipient(descriptor)
  var socket = try RouteSocket.forRequests()
  let permission = try Permission.decide(request, for: caller, over: &socket)

  // 4 Create: the only phase that uses CAP_NET_ADMIN.
  let tap = try GrantedTap.create(on: taps, request, for: caller, by: permission, over: &socket)

  // 5 Hand over: tell the log before the caller has anything, give up the last right, send.
  DecisionLog.granted(request, to: caller, tap: tap.name, by: permission.grant.rule)
  try Reduction.dropLastCapability()
  try HandOver.send(tap, vhosts, to: recipient)
}
