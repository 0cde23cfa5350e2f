import TestSupport
import Testing

/// A testbed with two bridges, of which `br1` has a MAC address that stays, and the commands about
/// its access control list.
struct ACLScene {
  let testbed: Testbed

  static let acl = "/etc/tapster/acl.conf"
  static let qemus = "/etc/qemu/bridge.conf"

  /// `acl` becomes the list; nil leaves none.
  init(acl: String? = nil) throws {
    testbed = try Testbed()
    try testbed.ip([
      "link add br0 type bridge", "link add br1 address 52:54:00:00:00:01 type bridge",
      "link property add dev br0 altname other",
    ])
    if let acl { try write(acl) }
  }

  func write(_ text: String) throws { try testbed.write(Self.acl, text) }

  /// What the list's own file holds.
  func text() throws -> String { try testbed.read(Self.acl) }

  func tapster(_ arguments: [String], as credentials: Credentials = .root) throws -> Completed {
    try testbed.run([Testbed.tapster] + arguments, as: credentials)
  }

  /// Expects a command to end with this status, and words of its to be among what it says on
  /// standard error.
  @discardableResult
  func expect(
    _ status: Int32, _ arguments: [String], _ words: String = "",
    as credentials: Credentials = .root,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Completed {
    let ended = try tapster(arguments, as: credentials)
    #expect(ended.status == status, "\(ended)", sourceLocation: sourceLocation)
    #expect(
      words.isEmpty || ended.error.contains(words), "\(ended)", sourceLocation: sourceLocation)
    return ended
  }

  /// The names in `/etc/tapster`, hidden ones too.
  func files() throws -> [String] {
    try testbed.output(["ls", "-A", "/etc/tapster"]).split(separator: "\n").map(String.init)
  }
}

extension Trait where Self == ConditionTrait {
  /// Namespaces, and the program that is tested.
  static var requiresTapster: Self {
    .enabled("make tapster must have run, as must this test as root") {
      Privilege.isRoot && Binaries.exists(Binaries.tapster)
    }
  }
}
