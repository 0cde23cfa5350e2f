internal import CTestSupport
internal import Glibc

/// A program, and the whole state that it starts in.
///
/// Only what is said here reaches it: of the test's descriptors those in `descriptors`, of its
/// environment nothing, of its signal mask and dispositions nothing.
public struct Command: Sendable {
  /// A resource limit of `man 2 setrlimit`.
  public struct Limit: Sendable {
    var resource: Int32
    var soft: UInt64
    var hard: UInt64

    /// `resource` is `Int32(RLIMIT_NOFILE.rawValue)` or the like; the hard limit is by default the
    /// soft one.
    public init(_ resource: Int32, _ soft: UInt64, hard: UInt64? = nil) {
      self.resource = resource
      self.soft = soft
      self.hard = hard ?? soft
    }
  }

  /// A kind of namespace (`man 7 namespaces`).
  public enum Namespace: Sendable {
    case network, mount, user

    var flag: Int32 {
      switch self {
      case .network: CLONE_NEWNET
      case .mount: CLONE_NEWNS
      case .user: CLONE_NEWUSER
      }
    }
  }

  /// Where the programs that tests run are looked for, when `arguments[0]` has no slash.
  public static let searchPath = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]

  /// All arguments as the program sees them, its own name first. May be empty: argc 0.
  public var arguments: [[UInt8]]
  /// The file to execute. By default the first argument, searched for along ``searchPath``.
  public var program: String?
  /// The environment, and nothing else.
  public var environment: [String: String] = Self.plainEnvironment
  /// The working directory, in the program's own mount namespace.
  public var directory = "/"
  /// Those of 0, 1 and 2 that are closed when it starts. The others are `/dev/null` or, in
  /// ``run(input:timeout:)``, pipes where `descriptors` does not say otherwise.
  public var closedStandardDescriptors: Set<Int32> = []
  /// Which descriptor of ours is which of the program's. No others are open there.
  public var descriptors: [Int32: OpenDescriptor] = [:]
  /// Whom it runs as.
  public var credentials: Credentials?
  /// The namespaces it runs in; nil for the test's own.
  public var netNamespace: OpenDescriptor?
  /// As `netNamespace`.
  public var mountNamespace: OpenDescriptor?
  /// Namespaces of its own that it starts in (`man 2 unshare`).
  public var newNamespaces: Set<Namespace> = []
  /// Resource limits.
  public var limits: [Limit] = []
  /// Signals blocked when it starts.
  public var blockedSignals: Set<Int32> = []
  /// Signals ignored when it starts.
  public var ignoredSignals: Set<Int32> = []
  /// Its umask.
  public var fileModeMask: UInt32 = 0o022
  /// Whether `no_new_privs` is on (`man 2 prctl`).
  public var noNewPrivileges = false
  /// Whether it leads a session of its own.
  public var newSession = false
  /// Whether the kernel kills it when the thread that starts it ends. Swift's pool ends idle
  /// threads after seconds: only for programs that are waited for on the spot.
  public var diesWithThread = false

  /// PATH and a neutral locale.
  public static let plainEnvironment = [
    "PATH": searchPath.joined(separator: ":"), "LC_ALL": "C.UTF-8",
  ]

  /// A program with text arguments.
  public init(_ arguments: [String]) { self.arguments = arguments.map { Array($0.utf8) } }

  /// A program with arguments of any bytes but NUL.
  public init(bytes arguments: [[UInt8]]) { self.arguments = arguments }

  /// Starts the program.
  ///
  /// Throws the step that failed, the `execve` itself included.
  public func start() throws(SystemCallFailure) -> RunningProcess {
    var descriptors = descriptors
    for number in Int32(0)...2
    where descriptors[number] == nil && !closedStandardDescriptors.contains(number) {
      descriptors[number] = try OpenDescriptor(path: "/dev/null", flags: O_RDWR)
    }
    let mapping = descriptors.map { ctest_descriptor(source: $0.value.rawValue, target: $0.key) }
    let rlimits = limits.map { ctest_limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
    let groups = credentials?.groups ?? []
    let program = program ?? Self.find(arguments.first ?? [])

    var failedStep: UnsafePointer<CChar>?
    // SAFETY: every pointer in `spawn` is used only inside ctest_spawn, which ends before the
    // closures that lend them do; the child has a copy of all memory.
    let process = unsafe withCStrings(arguments) { argumentPointers in
      unsafe withCStrings(environment.map { Array("\($0.key)=\($0.value)".utf8) }) { variables in
        unsafe program.withCString { programPointer in
          unsafe directory.withCString { directoryPointer in
            unsafe mapping.withUnsafeBufferPointer { mappingPointer in
              unsafe rlimits.withUnsafeBufferPointer { limitPointer in
                unsafe groups.withUnsafeBufferPointer { groupPointer in
                  var spawn = unsafe ctest_program(
                    path: programPointer, arguments: argumentPointers, environment: variables,
                    directory: directoryPointer,
                    descriptors: mappingPointer.baseAddress, descriptor_count: mappingPointer.count,
                    net_namespace: netNamespace?.rawValue ?? -1,
                    mount_namespace: mountNamespace?.rawValue ?? -1,
                    unshare_flags: newNamespaces.reduce(0) { $0 | $1.flag },
                    set_credentials: credentials == nil ? 0 : 1,
                    user: credentials?.user ?? 0, group: credentials?.group ?? 0,
                    groups: groupPointer.baseAddress, group_count: groupPointer.count,
                    limits: limitPointer.baseAddress, limit_count: limitPointer.count,
                    blocked_signals: Self.bits(blockedSignals),
                    ignored_signals: Self.bits(ignoredSignals),
                    file_mode_mask: Int32(fileModeMask),
                    no_new_privileges: noNewPrivileges ? 1 : 0,
                    new_session: newSession ? 1 : 0,
                    die_with_parent_thread: diesWithThread ? 1 : 0)
                  return unsafe ctest_spawn(&spawn, &failedStep)
                }
              }
            }
          }
        }
      }
    }
    // The numbers of the descriptors were in use until here.
    withExtendedLifetime((descriptors, netNamespace, mountNamespace)) {}
    guard process > 0 else {
      let step = unsafe failedStep.map { unsafe String(cString: $0) } ?? "spawn"
      throw SystemCallFailure("\(step) (starting \(program))", code: -process)
    }
    return try RunningProcess(process, arguments: arguments)
  }

  /// Runs the program to its end with `input` on its standard input, both outputs collected.
  ///
  /// Those of 0, 1 and 2 that `descriptors` names or that are to be closed are left alone. Throws
  /// if it cannot be started, or ``TimedOut`` after killing it.
  public func run(input: String = "", timeout: Duration = .patience) throws -> Completed {
    var command = self
    _ = ignoresBrokenPipes
    let (readInput, inputEnd) = try OpenDescriptor.pipe()
    let (readOutput, writeOutput) = try OpenDescriptor.pipe()
    let (readError, writeError) = try OpenDescriptor.pipe()
    for end in [inputEnd, readOutput, readError] { try end.makeNonBlocking() }
    let ends: [Int32: OpenDescriptor] = [0: readInput, 1: writeOutput, 2: writeError]
    for (number, end) in ends
    where command.descriptors[number] == nil && !closedStandardDescriptors.contains(number) {
      command.descriptors[number] = end
    }
    let running = try command.start()
    return try running.communicate(
      input: Array(input.utf8), to: inputEnd, output: readOutput, error: readError,
      timeout: timeout)
  }

  private static func bits(_ signals: Set<Int32>) -> UInt64 {
    signals.reduce(0) { $0 | UInt64(1) << UInt64($1 - 1) }
  }

  private static func find(_ name: [UInt8]) -> String {
    let name = String(decoding: name, as: UTF8.self)
    guard !name.contains("/") else { return name }
    return searchPath.map { "\($0)/\(name)" }.first(where: Binaries.exists) ?? name
  }
}

/// Writing to a program that has gone fails with EPIPE instead of ending the tests.
private let ignoresBrokenPipes: Bool = {
  // No handler of the tests' own is replaced; programs they start get the default again.
  signal(SIGPIPE, SIG_IGN)
  return true
}()

/// Lends `strings` as C wants argv: NUL-terminated strings, NULL after the last.
private func withCStrings<Result>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  // SAFETY: strdup stops at the NUL that is appended; all copies are freed after the body.
  var pointers: [UnsafeMutablePointer<CChar>?] = unsafe strings.map { string in
    unsafe (string + [0]).withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { preconditionFailure("an array with a NUL in it") }
      return unsafe strdup(base.assumingMemoryBound(to: CChar.self))
    }
  }
  unsafe pointers.append(nil)
  defer { unsafe pointers.forEach { unsafe free($0) } }
  return unsafe pointers.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress else { preconditionFailure("an array with a NULL in it") }
    return unsafe body(base)
  }
}
