internal import AccessControl
public import LinuxTypes

/// What a command line of `tapster-helper` says. Source: `man 8 tapster-helper`.
public enum HelperCommand: Equatable, Sendable {
  /// Make a tap and send its descriptors through the caller's descriptor of that number, 3 or more.
  case grant(TapRequest, descriptor: Int32)
  /// Make a tap that outlives the process, and print its names.
  case persist(TapRequest)
  /// Remove the caller's tap of that name, own or further, which outlived the process that made it.
  case remove(InterfaceName)
  /// Say whether the request would be granted and why; make nothing.
  case check(TapRequest)
  /// Be the broker.
  case serve
  case version
  case help

  /// Why a command line is refused, in words.
  public struct UsageError: Error, Sendable {
    /// What is wrong.
    public let text: String
  }

  /// Parses the arguments after the program's name, or those in a request to the broker, which are
  /// about taps only and name no descriptor.
  ///
  /// Each option at most once, and nothing beside options: anything else is refused, and nothing is
  /// guessed, cut or wrapped.
  public static func parse(_ arguments: [[UInt8]], from origin: RequestOrigin = .commandLine)
    throws(UsageError) -> HelperCommand
  {
    if arguments.count == 1, origin == .commandLine {
      if arguments[0].elementsEqual("--help".utf8) { return .help }
      if arguments[0].elementsEqual("--version".utf8) { return .version }
      if arguments[0].elementsEqual("--serve".utf8) { return .serve }
    }
    var options = HelperOptions()
    for argument in arguments { try options.read(argument) }
    if options.has(.serve) { throw UsageError(text: "--serve stands by itself") }

    if options.has(.remove) { return .remove(try nameToRemove(options, of: arguments.count)) }
    guard let bridge = options.bridge else { throw UsageError(text: "--br=BRIDGE is missing") }
    var request = TapRequest(bridge: bridge)
    request.virtioHeader = options.has(.virtioHeader)
    request.queues = options.queues ?? 1
    request.vhost = options.has(.vhost)
    request.isPersistent = options.has(.persist)
    request.name = options.name
    // Else the caller could occupy the slots that another user's taps are counted by.
    if let name = options.name, TapName.isReserved(name) {
      throw UsageError(
        text: "'--name=\(name.description)': names like tapUSER-BRIDGE-N are given by "
          + "tapster-helper only")
    }
    if request.isPersistent, request.vhost {
      throw UsageError(
        text: "--persist hands no descriptor over, so it takes no --vhost; who opens the tap opens "
          + "/dev/vhost-net too")
    }

    switch (options.has(.check), options.descriptor) {
    case (_, .some) where origin != .commandLine:
      throw UsageError(text: "a request to the broker has no --fd")
    case (true, nil): return .check(request)
    case (true, .some): throw UsageError(text: "--check makes no tap, so it takes no --fd")
    case (false, .some) where request.isPersistent:
      throw UsageError(text: "--persist hands no descriptor over, so it takes no --fd")
    case (false, nil) where request.isPersistent: return .persist(request)
    case (false, .some(let descriptor)): return .grant(request, descriptor: descriptor)
    case (false, nil):
      // The broker answers where it is asked.
      guard case .broker(let connection) = origin else {
        throw UsageError(text: "--fd=FD is missing")
      }
      return .grant(request, descriptor: connection)
    }
  }

  private static func nameToRemove(_ options: HelperOptions, of count: Int) throws(UsageError)
    -> InterfaceName
  {
    guard let name = options.name else { throw UsageError(text: "--remove wants --name=IFNAME") }
    guard count == 2 else {
      throw UsageError(text: "--remove takes --name=IFNAME and nothing else")
    }
    return name
  }
}
