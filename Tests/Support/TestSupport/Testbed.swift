internal import Foundation
internal import Glibc

/// A machine of the test's own: private network and mount namespaces, in which the host sees
/// nothing.
///
/// It has `lo` up and no other link; writable copies of `/etc` and `/var` (overlays) with the users
/// of ``Credentials``; an empty `/run`, `/etc/tapster` and `/etc/qemu`; a `/dev` with the usual
/// nodes and `/dev/net/tun`; a `/sys` of its network. Programs in it are killed when it goes away,
/// even if the tests crash.
public final class Testbed {
  /// The program that keeps the namespaces, and ends all others in them.
  private let keeper: RunningProcess
  /// While this is open the keeper lives.
  private let lifeline: OpenDescriptor
  /// The network namespace.
  public let netNamespace: OpenDescriptor
  /// The mount namespace.
  public let mountNamespace: OpenDescriptor
  private var hosts: [String: OpenDescriptor] = [:]

  /// Where everything of the testbed's own is; ``Binaries`` are in `bin`, users may write in
  /// `scratch`.
  public static let directory = "/run/testbed"
  /// The helper as `make install` leaves it: root's, mode 4755.
  public static let helper = "\(directory)/bin/tapster-helper"
  /// The helper with the file capability cap_net_admin=ep instead.
  public static let capabilityHelper = "\(directory)/bin/tapster-helper-cap"
  /// QEMU's helper, mode 4755.
  public static let qemuBridgeHelper = "\(directory)/bin/qemu-bridge-helper"
  /// The command line.
  public static let tapster = "\(directory)/bin/tapster"
  /// A directory in which anybody may write.
  public static let scratch = "\(directory)/scratch"

  /// Makes one. `tunMode` is the mode of `/dev/net/tun`, which belongs to root.
  public init(tunMode: UInt32 = 0o666) throws {
    let (input, lifeline) = try OpenDescriptor.pipe()
    let (output, ready) = try OpenDescriptor.pipe()
    let (errorOutput, errorInput) = try OpenDescriptor.pipe()
    try output.makeNonBlocking()
    try errorOutput.makeNonBlocking()
    var command = Command(["/bin/sh", "-eu", "-c", Self.script])
    command.environment["MACHINE"] = "\(Binaries.root)/Tests/Support/machine.sh"
    command.environment["TUN_MODE"] = String(tunMode, radix: 8)
    command.environment["DIRECTORY"] = Self.directory
    command.environment["HELPER"] = Binaries.helper
    command.environment["TAPSTER"] = Binaries.tapster
    command.environment["QEMU_HELPER"] = Binaries.qemuBridgeHelper
    command.environment["GUEST"] = "\(Binaries.root)/.build-guest"
    command.environment["MACHINE_USERS"] = Credentials.listed.map {
      "\($0.name):x:\($0.user):\($0.group)::\(Self.scratch):/bin/sh"
    }.joined(separator: "\n")
    command.environment["MACHINE_GROUPS"] = Self.groupLines
    command.newNamespaces = [.network, .mount]
    command.newSession = true
    command.descriptors = [0: input, 1: ready, 2: errorInput]
    keeper = try command.start()
    for end in [input, ready, errorInput] { end.close() }
    self.lifeline = lifeline

    var said: [UInt8] = []
    let deadline = Deadline(after: .patience)
    while !said.contains(UInt8(ascii: "\n")) {
      let events = try deadline.poll([(output.rawValue, POLLIN), (keeper.pidfd.rawValue, POLLIN)])
      if events[0] & POLLIN != 0 { _ = try readAvailable(output.rawValue, into: &said) }
      if events[1] != 0 || events == [0, 0] {
        _ = try readAvailable(errorOutput.rawValue, into: &said)
        throw TimedOut("testbed not ready: \(String(decoding: said, as: UTF8.self))")
      }
    }
    netNamespace = try OpenDescriptor(path: "/proc/\(keeper.process)/ns/net", flags: O_RDONLY)
    mountNamespace = try OpenDescriptor(path: "/proc/\(keeper.process)/ns/mnt", flags: O_RDONLY)
  }

  deinit {
    // The end of its input tells the keeper to kill what is left and to go.
    lifeline.close()
    _ = try? keeper.wait()
  }

  /// The testbed's files as seen from the test: `/etc/passwd` in it is `root + "/etc/passwd"` here.
  public var root: String { "/proc/\(keeper.process)/root" }

  // MARK: Programs

  /// A program prepared to be run in the testbed, or in the network of one of its other `host`s.
  public func command(
    _ arguments: [String], as credentials: Credentials = .root, on host: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Command {
    var command = Command(arguments)
    if let name = arguments.first, !name.contains("/") {
      command.program = Command.searchPath.map { "\($0)/\(name)" }.first(where: Binaries.exists)
    }
    command.credentials = credentials
    command.environment.merge(environment) { $1 }
    command.netNamespace = try network(of: host)
    command.mountNamespace = mountNamespace
    return command
  }

  /// Runs a program to its end, which must come within `timeout`.
  public func run(
    _ arguments: [String], as credentials: Credentials = .root, on host: String? = nil,
    input: String = "", environment: [String: String] = [:], timeout: Duration = .patience
  ) throws -> Completed {
    try command(arguments, as: credentials, on: host, environment: environment)
      .run(input: input, timeout: timeout)
  }

  /// Runs a program that must succeed; its standard output.
  @discardableResult
  public func output(
    _ arguments: [String], as credentials: Credentials = .root, on host: String? = nil,
    input: String = "", timeout: Duration = .patience
  ) throws -> String {
    try run(arguments, as: credentials, on: host, input: input, timeout: timeout).checked().output
  }

  /// Starts a program that goes on beside the test; it is killed when the result goes away.
  public func spawn(
    _ arguments: [String], as credentials: Credentials = .root, on host: String? = nil,
    environment: [String: String] = [:]
  ) throws -> RunningProcess {
    try command(arguments, as: credentials, on: host, environment: environment).start()
  }

  /// What `ip -j`, `bridge -j` or `nft -j` prints; no output at all is an empty array.
  public func json(_ arguments: [String], on host: String? = nil) throws -> JSON {
    let text = try output(arguments, on: host)
    return text.allSatisfy(\.isWhitespace) ? .array([]) : try JSON(parsing: text)
  }

  /// The names of all links.
  public func links(on host: String? = nil) throws -> Set<String> {
    Set(try json(["ip", "-j", "link"], on: host).array.compactMap { $0["ifname"].string })
  }

  /// The process ids of all programs in the testbed but its keeper.
  public func processes() throws -> Set<Int32> {
    let own = try namespaceIdentity("/proc/\(keeper.process)/ns/mnt")
    let all = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }
    return Set(
      all.filter { $0 != keeper.process && (try? namespaceIdentity("/proc/\($0)/ns/mnt")) == own })
  }

  /// The fields of `/proc/PID/status` (`man 5 proc`), white space made one space.
  public func status(of process: Int32) throws -> [String: String] {
    let text = try output(["cat", "/proc/\(process)/status"])
    return Dictionary(
      text.split(separator: "\n").compactMap { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        return (String(parts[0]), parts[1].split { $0 == "\t" || $0 == " " }.joined(separator: " "))
      }, uniquingKeysWith: { first, _ in first })
  }

  private func namespaceIdentity(_ path: String) throws -> String {
    try FileManager.default.destinationOfSymbolicLink(atPath: path)
  }

  /// Starts a libvirtd, as `Tests/Support/libvirtd.sh` describes it. `virsh` then finds it.
  public func startLibvirt() throws {
    try output(
      ["/bin/sh", "-eu", "-c", ". \"$0\"", "\(Binaries.root)/Tests/Support/libvirtd.sh"])
  }

  // MARK: Files

  /// Writes a file in the testbed, with this mode and owner whatever the umask, making its
  /// directories.
  public func write(
    _ path: String, _ contents: String, mode: Int = 0o644, owner: Credentials = .root
  ) throws {
    let outside = root + path
    try FileManager.default.createDirectory(
      atPath: URL(filePath: outside).deletingLastPathComponent().path,
      withIntermediateDirectories: true)
    try Data(contents.utf8).write(to: URL(filePath: outside))
    // SAFETY: the path is lent as a NUL-terminated string for each call.
    guard unsafe chown(outside, owner.user, owner.group) == 0 else {
      throw SystemCallFailure("chown \(path)")
    }
    guard unsafe chmod(outside, mode_t(mode)) == 0 else { throw SystemCallFailure("chmod \(path)") }
  }

  /// The contents of a file in the testbed.
  public func read(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: root + path)), as: UTF8.self)
  }

  /// Whether there is such a file in the testbed.
  public func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }

  // MARK: Other hosts

  /// Makes another host: a network namespace that shares the testbed's files, with `lo` up and a
  /// cable (veth) from its `eth0` to the testbed's link `port`, which becomes a port of `bridge` if
  /// given. `address` is the host's own, with prefix; `portAddress` the testbed's end's.
  public func addHost(
    _ name: String, port: String, bridge: String? = nil, address: String? = nil,
    portAddress: String? = nil
  ) throws {
    var own = ["netns add \(name)", "link add \(port) type veth peer name eth0 netns \(name)"]
    if let bridge { own.append("link set \(port) master \(bridge)") }
    if let portAddress { own.append("address add \(portAddress) dev \(port)") }
    own.append("link set \(port) up")
    try ip(own)
    hosts[name] = try OpenDescriptor(path: "\(root)/run/netns/\(name)", flags: O_RDONLY)
    var theirs = ["link set lo up"]
    if let address { theirs.append("address add \(address) dev eth0") }
    theirs.append("link set eth0 up")
    try ip(theirs, on: name)
  }

  /// Runs commands of `ip`, without that word, one after the other up to the first that fails.
  public func ip(_ commands: [String], on host: String? = nil) throws {
    try output(["ip", "-batch", "-"], on: host, input: commands.joined(separator: "\n") + "\n")
  }

  /// A socket of the testbed's own network, or of one of its other hosts.
  public func socket(
    _ kind: HostSocket.Kind, isIPv6: Bool = false, on host: String? = nil
  ) throws(SystemCallFailure) -> HostSocket {
    try HostSocket(network: try network(of: host), kind, isIPv6: isIPv6)
  }

  private func network(of host: String?) throws(SystemCallFailure) -> OpenDescriptor {
    guard let host else { return netNamespace }
    guard let descriptor = hosts[host] else {
      throw SystemCallFailure("no host \(host)", code: ENOENT)
    }
    return descriptor
  }

  // MARK: Set-up

  private static var groupLines: String {
    let own = Credentials.listed.map { "\($0.name):x:\($0.group):" }
    let shared = Credentials.listedGroups.sorted(by: <).map { name, number in
      let members = Credentials.listed.filter { $0.groups.contains(number) }.map(\.name)
      return "\(name):x:\(number):\(members.joined(separator: ","))"
    }
    return (own + shared).joined(separator: "\n")
  }

  /// Runs as root inside the new namespaces; then waits for the end of its input.
  private static let script = #"""
    . "$MACHINE"
    cd "$DIRECTORY"
    mkdir bin scratch
    chmod 1777 scratch
    if [ -e "$HELPER" ]; then
      install -m 4755 "$HELPER" bin/tapster-helper
      install -m 755 "$HELPER" bin/tapster-helper-cap
      setcap cap_net_admin=ep bin/tapster-helper-cap
    fi
    if [ -e "$QEMU_HELPER" ]; then install -m 4755 "$QEMU_HELPER" bin/qemu-bridge-helper; fi
    if [ -e "$TAPSTER" ]; then
      : >bin/tapster
      mount --bind "$TAPSTER" bin/tapster
    fi
    if [ -e "$GUEST/initramfs" ]; then
      mkdir guest
      for file in vmlinuz initramfs; do
        : >guest/$file
        mount --bind "$GUEST/$file" guest/$file
      done
    fi
    cd /
    trap '' HUP INT TERM
    echo ready

    # The test closes the other end, by will or by dying.
    read -r _ || true
    # Whatever still runs on our files has lost its test. Twice, for what forked meanwhile.
    for pass in 1 2; do
      for process in /proc/[0-9]*; do
        if [ "$process/ns/mnt" -ef /proc/self/ns/mnt ] && [ "${process#/proc/}" != $$ ]; then
          kill -KILL "${process#/proc/}" 2>/dev/null || true
        fi
      done
    done
    """#
}
