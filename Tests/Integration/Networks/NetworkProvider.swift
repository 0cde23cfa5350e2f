import TestSupport
import Testing

/// Who makes networks of definitions. Both take the same XML and the same words.
enum NetworkProvider: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case tapster, libvirt

  /// Whether it is installed here.
  var isInstalled: Bool {
    switch self {
    case .tapster: Binaries.exists(Binaries.tapster)
    case .libvirt: Binaries.exists("/usr/sbin/libvirtd") && Binaries.exists("/usr/bin/virsh")
    }
  }

  /// Those that are installed.
  static var installed: [NetworkProvider] { allCases.filter(\.isInstalled) }

  var testDescription: String { rawValue }

  /// Makes it ready to be asked, in a testbed.
  func prepare(_ testbed: Testbed) throws {
    switch self {
    case .tapster: try testbed.output(["mkdir", "-p", "/etc/tapster/networks"])
    case .libvirt: try testbed.startLibvirt()
    }
  }

  /// Runs one of its commands: `net-start` and the like.
  func run(_ arguments: [String], in testbed: Testbed) throws -> Completed {
    switch self {
    case .tapster: try testbed.run([Testbed.tapster] + arguments, timeout: .seconds(30))
    case .libvirt:
      try testbed.run(["virsh", "-c", "qemu:///system"] + arguments, timeout: .seconds(30))
    }
  }

  /// Defines a network, and starts it.
  func start(_ name: String, xml: String, in testbed: Testbed) throws {
    let file = "\(Testbed.scratch)/\(name).xml"
    try testbed.write(file, xml)
    try run(["net-define", file], in: testbed).checked()
    try run(["net-start", name], in: testbed).checked()
  }
}
