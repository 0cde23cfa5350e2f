import Foundation
import Glibc
import TestSupport
import Testing

/// The bridges `br0` and `br1` in a testbed, and what all refusals of the helper have in common.
struct HelperScene {
  let testbed: Testbed
  private let bridges: Set<String>

  static let acl = "/etc/tapster/acl.conf"

  /// `acl` becomes the access control list; nil leaves none.
  init(
    acl: String? = "allow br0\n", bridges: [String] = ["br0", "br1"], tunMode: UInt32 = 0o666
  ) throws {
    testbed = try Testbed(tunMode: tunMode)
    self.bridges = Set(bridges)
    for bridge in bridges {
      try testbed.output(["ip", "link", "add", "name", bridge, "type", "bridge"])
    }
    if let acl { try write(acl) }
  }

  /// Replaces the access control list.
  func write(_ acl: String) throws { try testbed.write(Self.acl, acl) }

  /// Every link that is there beside `lo` and the bridges.
  func taps() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(testbed.root)/sys/class/net")
      .filter { $0 != "lo" && !bridges.contains($0) }.sorted()
  }

  /// Expects that every tap is gone, or goes while other tests' children, which share our
  /// descriptors between their fork and their exec, let go of it.
  func expectNoTaps(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let deadline = Deadline(after: .patience)
    while try taps() != [], deadline.milliseconds > 0 { sched_yield() }
    #expect(try taps() == [], sourceLocation: sourceLocation)
  }

  /// The name of the bridge that `link` is a port of, or nil.
  func master(of link: String) throws -> String? {
    let path = "\(testbed.root)/sys/class/net/\(link)/master"
    guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else {
      return nil
    }
    return target.split(separator: "/").last.map(String.init)
  }

  /// Expects what every refusal is: this status, nothing given, one line that says why with `words`
  /// in it, at most one line of advice, nothing unprintable, and no tap left.
  func expectRefusal(
    _ outcome: TapOutcome, _ status: ExitStatus, _ words: String = "tapster-helper: ",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      outcome.helper.ending == .exited(status.rawValue), "\(outcome)",
      sourceLocation: sourceLocation)
    #expect(outcome.isRefusal, "\(outcome)", sourceLocation: sourceLocation)
    Self.expectMessage(outcome.helper.errorBytes, words, sourceLocation: sourceLocation)
    #expect(try taps() == [], "\(outcome)", sourceLocation: sourceLocation)
  }

  /// Expects a message of the helper's: one line, perhaps one of advice, printable.
  static func expectMessage(
    _ bytes: [UInt8], _ words: String = "tapster-helper: ",
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = String(decoding: bytes, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(
      (2...3).contains(lines.count) && lines.last == "", "\(text)", sourceLocation: sourceLocation)
    #expect(lines[0].hasPrefix("tapster-helper: "), "\(text)", sourceLocation: sourceLocation)
    #expect(lines[0].contains(words), "\(text)", sourceLocation: sourceLocation)
    if lines.count == 3 {
      #expect(lines[1].hasPrefix("  "), "\(text)", sourceLocation: sourceLocation)
    }
    #expect(
      bytes.allSatisfy { $0 == UInt8(ascii: "\n") || (0x20...0x7E).contains($0) }, "\(text)",
      sourceLocation: sourceLocation)
  }

  /// Expects a tap on `bridge` and returns its name.
  @discardableResult
  func expectGrant(
    _ outcome: TapOutcome, on bridge: String = "br0", queues: Int = 1,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    #expect(outcome.isGrant(of: queues), "\(outcome)", sourceLocation: sourceLocation)
    let name = try #require(
      outcome.interfaceNames().first, "\(outcome)", sourceLocation: sourceLocation)
    #expect(try master(of: name) == bridge, "\(outcome)", sourceLocation: sourceLocation)
    return name
  }
}

/// How the helper ends (`man 3 sysexits`).
enum ExitStatus: Int32 {
  case usage = 64
  case unavailable = 69
  case failure = 70
  case notPermitted = 77
  case brokenACL = 78
}
