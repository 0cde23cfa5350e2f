import Foundation
import TestSupport
import Testing

/// Steps that are taken one after the other, by virsh beside a libvirtd of its own and by tapster
/// on a machine of its own, on the same files.
struct CommandScenario: CustomTestStringConvertible {
  let name: String
  let steps: [CommandStep]

  var testDescription: String { name }

  /// Files that the steps may name.
  static let files = [
    "a.xml": network("a", 1, inside: dhcp),
    "b.xml": network("b", 2, inside: dhcp.replacingOccurrences(of: "10.9.1", with: "10.9.2")),
    // Of another name, UUID, or both than a.xml.
    "a-renamed.xml": network("a2", 1, inside: dhcp),
    "a-other-uuid.xml": network("a", 1, uuid: 9, inside: dhcp),
    "a-other.xml": network("a4", 1, uuid: 9, inside: dhcp),
    "B2.xml": network("B2", 3), "space.xml": network("with space", 4),
    "utf8.xml": network("Ünïcødé網路", 5),
    "long.xml": network("a-name-that-goes-on-and-on-for-more-than-fifty-columns-of-the-table", 6),
    "unended.xml": "<network><name>bad\n",
    "unknown.xml": "<network><name>c</name><foo/></network>\n",
    "address.xml": "<network><name>c</name><ip address='10.9.1.x' prefix='24'/></network>\n",
    // Editors.
    "rename": "sed -i 's,<name>a,<name>z,' \"$1\"\n", "renew": "echo '<new/>' >\"$1\"\n",
    "host.xml": "<host mac='52:54:00:00:00:20' name='x20' ip='10.9.1.20'/>\n",
  ]

  private static let dhcp = """
    <ip address='10.9.1.1' prefix='24'>
        <dhcp><range start='10.9.1.2' end='10.9.1.100'/></dhcp>
      </ip>
    """

  private static func network(
    _ name: String, _ number: Int, uuid: Int? = nil, inside: String = ""
  ) -> String {
    """
    <network>
      <name>\(name)</name>
      <uuid>\(uuid ?? number)1111111-2222-3333-4444-555555555555</uuid>
      <bridge name='vb\(number)' stp='on' delay='0'/>
      <mac address='52:54:00:11:22:3\(number)'/>
      \(inside)
    </network>

    """
  }

  /// What virsh says to each step.
  func virsh() throws -> [Said] {
    try inDirectory { directory, script in
      var command = Command([
        "\(Binaries.root)/Benchmarks/libvirt-namespace", "/bin/sh", script.path,
      ])
      command.environment["V"] = "/usr/bin/virsh"
      command.environment["BEFORE"] = "/usr/bin/virsh net-undefine default"
      command.directory = directory.path
      try command.run(timeout: .seconds(120)).checked()
    }
  }

  /// What tapster says.
  func tapster() throws -> [Said] {
    let testbed = try Testbed()
    return try inDirectory { directory, script in
      var command = try testbed.command(["/bin/sh", script.path])
      command.environment["V"] = Testbed.tapster
      command.environment["BEFORE"] = "true"
      command.directory = directory.path
      try command.run(timeout: .seconds(120)).checked()
    }
  }

  private func inDirectory(_ run: (URL, URL) throws -> Void) throws -> [Said] {
    let directory = FileManager.default.temporaryDirectory.appending(
      path: "tapster-commands-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, contents) in Self.files {
      try Data(contents.utf8).write(to: directory.appending(path: name))
    }
    let script = directory.appending(path: "script")
    try Data(text.utf8).write(to: script)
    try run(directory, script)
    return try steps.indices.map { number in
      func read(_ suffix: String) throws -> String {
        String(
          decoding: try Data(contentsOf: directory.appending(path: "\(number).\(suffix)")),
          as: UTF8.self)
      }
      var said = Said(0, output: try read("out"), error: try read("err"))
      said.status = try read("status").trimmingCharacters(in: .newlines)
      return said
    }
  }

  private var text: String {
    var lines = ["export V LC_ALL=C.UTF-8 TZ=Asia/Tokyo", "$BEFORE >before.out 2>&1"]
    for (number, step) in steps.enumerated() {
      let quoted = step.line.replacingOccurrences(of: "'", with: "'\\''")
      lines.append(
        "sh -c '\(quoted)' </dev/null >\(number).out 2>\(number).err; echo $? >\(number).status")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
