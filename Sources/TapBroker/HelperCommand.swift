internal import AccessControl
internal import LinuxTypes

/// What a command line of `tapster-helper` says. Source: `man 8 tapster-helper`.
public enum HelperCommand: Equatable, Sendable {
  /// Make a tap and send its descriptors through the caller's descriptor of that number, 3 or more.
  case grant(TapRequest, descriptor: Int32)
  /// Say whether the request would be granted and why; make nothing.
  case check(TapRequest)
  case version
  case help

  /// Why a command line is refused, in words.
  public struct UsageError: Error, Sendable {
    /// What is wrong.
    public let text: String
  }

  /// Parses the arguments after the program's name.
  ///
  /// Each option at most once, and nothing beside options: anything else is refused, and nothing is
  /// guessed, cut or wrapped.
  public static func parse(_ arguments: [[UInt8]]) throws(UsageError) -> HelperCommand {
    if arguments.count == 1 {
      if arguments[0].elementsEqual("--help".utf8) { return .help }
      if arguments[0].elementsEqual("--version".utf8) { return .version }
    }
    var options = HelperOptions()
    for argument in arguments { try options.read(argument) }

    guard let bridge = options.bridge else { throw UsageError(text: "--br=BRIDGE is missing") }
    var request = TapRequest(bridge: bridge)
    request.virtioHeader = options.has(.virtioHeader)
    request.queues = options.queues ?? 1
    request.vhost = options.has(.vhost)
    request.name = options.name

    switch (options.has(.check), options.descriptor) {
    case (true, nil): return .check(request)
    case (true, .some): throw UsageError(text: "--check makes no tap, so it takes no --fd")
    case (false, .some(let descriptor)): return .grant(request, descriptor: descriptor)
    case (false, nil): throw UsageError(text: "--fd=FD is missing")
    }
  }
}
