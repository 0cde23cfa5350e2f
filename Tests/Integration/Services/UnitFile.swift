import Foundation
import TestSupport

/// A unit of systemd's as the repository has it (`man 5 systemd.syntax`).
struct UnitFile {
  private let settings: [String: [String]]

  /// Reads `systemd/NAME`.
  init(_ name: String) throws {
    let text = try String(
      contentsOfFile: "\(Binaries.root)/systemd/\(name)", encoding: .utf8)
    var settings: [String: [String]] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { settings[String(parts[0]), default: []].append(String(parts[1])) }
    }
    self.settings = settings
  }

  /// All values of a setting, in order, for an instance.
  func values(_ setting: String, instance: String = "") -> [String] {
    (settings[setting] ?? []).map { $0.replacing("%I", with: instance) }
  }

  /// The words of the command that the unit runs, of the testbed's program; none of our units
  /// quotes or uses a variable, and a colon in front says so.
  func command(instance: String = "") -> [String] {
    values("ExecStart", instance: instance).flatMap { command in
      command.split(separator: " ").map {
        ["/usr/bin/tapster", ":/usr/bin/tapster"].contains($0) ? Testbed.tapster : String($0)
      }
    }
  }
}
