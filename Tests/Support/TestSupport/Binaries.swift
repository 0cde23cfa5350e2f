internal import Foundation

/// Where the programs under test are.
public enum Binaries {
  /// The repository's root.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// The helper users install: Embedded Swift, static. `TAPSTER_HELPER` overrides.
  public static let helper = path("TAPSTER_HELPER", ".build-helper/release/tapster-helper")
  /// The command line. `TAPSTER` overrides.
  public static let tapster = path("TAPSTER", ".build-release/release/tapster")
  /// QEMU's own helper, as Debian installs it.
  public static let qemuBridgeHelper = "/usr/lib/qemu/qemu-bridge-helper"

  /// Whether there is an executable file at `path`.
  public static func exists(_ path: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: path)
  }

  private static func path(_ variable: String, _ standard: String) -> String {
    ProcessInfo.processInfo.environment[variable] ?? "\(root)/\(standard)"
  }
}

/// Whether the tests may make namespaces: what most of them need. Use as `.enabled(if:
/// Privilege.isRoot, …)`.
public enum Privilege {
  /// Whether the tests run as root.
  public static let isRoot = geteuid() == 0
}
