import TestSupport
import Testing

/// A machine with tapster installed, as `make install` does it, and with polkit: a system bus and
/// polkitd, which know our actions and rules. The user `student` is in the group tapster, `build`
/// is not.
struct PolkitScene {
  /// The program that the policy names.
  static let tapster = "\(Testbed.directory)/usr/bin/tapster"
  /// What is said when polkit is about to be asked.
  static func asking(_ command: String, _ action: String = "org.tapster.networks.manage") -> String
  {
    "\(command) has to be done as root: asking polkit (\(action))\n"
  }

  let bed: NetworkTestbed
  /// The bus and polkitd; and what they say, which they must be able to as long as they run.
  private let services: [(process: RunningProcess, words: LineStream)]

  var testbed: Testbed { bed.testbed }

  init() throws {
    bed = try NetworkTestbed()
    let group = try bed.testbed.read("/etc/group").replacing(
      "\ntapster:x:2001:\n", with: "\ntapster:x:2001:student\n")
    try bed.testbed.write("/etc/group", group)
    try bed.testbed.output(["sh", "-euc", Self.installation, "sh", Binaries.root])
    // Their words are the only sign that they are ready.
    let bus = try Self.start(
      ["dbus-daemon", "--system", "--nofork", "--nopidfile", "--print-address=1"],
      until: "unix:path=/", bed.testbed)
    services = [
      bus,
      try Self.start(["/usr/lib/polkit-1/polkitd"], until: "Acquired the name", bed.testbed),
    ]
  }

  /// polkit looks for actions and rules in `/usr` alone. Of logins it finds nobody's, as on a
  /// machine that is reached by SSH without systemd.
  private static let installation = """
    mkdir -p /run/dbus /run/systemd/seats /run/systemd/sessions /run/systemd/users \
      /run/systemd/machines /run/polkit.upper /run/polkit.work
    mount -t overlay \
      -o lowerdir=/usr/share/polkit-1,upperdir=/run/polkit.upper,workdir=/run/polkit.work \
      polkit /usr/share/polkit-1
    make --no-print-directory -s -C "$1" install-files PREFIX=/run/testbed/usr
    """

  private static func start(
    _ arguments: [String], until sign: String, _ testbed: Testbed
  ) throws -> (RunningProcess, LineStream) {
    let (read, write) = try OpenDescriptor.pipe()
    var command = try testbed.command(arguments)
    command.descriptors = [1: write, 2: write]
    let process = try command.start()
    write.close()
    let said = try LineStream(reading: read)
    try #require(
      try said.lines(within: .patience) { $0.contains(sign) } != nil,
      "\(arguments[0]) said: \(said.text)")
    return (process, said)
  }

  /// Runs a command as a user, from a directory of his.
  func tapster(
    _ arguments: String..., as user: Credentials, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Completed {
    try shell(
      "exec \"$@\"", [Self.tapster] + arguments, as: user, input: input, environment: environment)
  }

  /// Runs a script of a user's, in a directory of his.
  ///
  /// pkexec asks for its parent, so the shell stays.
  func shell(
    _ script: String, _ arguments: [String] = [], as user: Credentials, input: String = "",
    environment: [String: String] = [:]
  ) throws -> Completed {
    try testbed.run(
      ["sh", "-c", "cd \(Testbed.scratch)\n\(script)", "sh"] + arguments, as: user, input: input,
      environment: environment)
  }

  /// A network's definition in a file of a user's.
  func write(_ file: String, _ name: String, _ elements: String = "", owner: Credentials) throws {
    try testbed.write(
      "\(Testbed.scratch)/\(file)", Self.definition(name, elements), mode: 0o600, owner: owner)
  }

  static func definition(_ name: String, _ elements: String = "") -> String {
    """
    <network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
      <name>\(name)</name>
      <uuid>6f0c1d3e-2f4b-4d57-9f0e-0d6f6f3b7a10</uuid>
      <bridge name='br-\(name)'/>
      \(elements)
    </network>

    """
  }

  static let options = """
    <dnsmasq:options><dnsmasq:option value='dhcp-script=/tmp/mine'/></dnsmasq:options>
    """
  static let files = "<ip address='10.77.0.1' prefix='24'><tftp root='/srv'/></ip>"
}

extension Trait where Self == ConditionTrait {
  /// Namespaces, the installed programs and polkit are there.
  static var requiresPolkit: Self {
    .enabled("root, both programs, polkitd, pkexec and dbus-daemon are needed") {
      Privilege.isRoot && Binaries.exists(Binaries.helper) && Binaries.exists(Binaries.tapster)
        && Binaries.exists("/usr/lib/polkit-1/polkitd") && Binaries.exists("/usr/bin/pkexec")
        && Binaries.exists("/usr/bin/dbus-daemon")
    }
  }
}
