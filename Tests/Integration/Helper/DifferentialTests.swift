import Foundation
import TestSupport
import Testing

/// Debian's qemu-bridge-helper and ours, on the same lists and command lines, as the same user.
///
/// A list that QEMU goes by means the same to us, but for what ``IntendedDifference`` names.
@Suite(.requiresHelper, .requiresQEMUsHelper, .timeLimit(.minutes(10)))
struct DifferentialTests {
  private static let qemusList = "/etc/qemu/bridge.conf"

  private let scene: HelperScene

  init() throws {
    scene = try HelperScene(acl: nil, bridges: ["br0", "br1", "fifteen-bytes-x"])
    try scene.testbed.output(["ip", "link", "property", "add", "dev", "br0", "altname", "other"])
  }

  @Test func listsOfTwoLines() throws { try compare(DifferentialCase.pairs) }
  @Test func spellings() throws { try compare(DifferentialCase.spellings) }
  @Test func commandLines() throws { try compare(DifferentialCase.commandLines) }
  @Test func filesAndWhoMayReadThem() throws { try compare(DifferentialCase.files) }

  @Test(arguments: IntendedDifference.allCases)
  func intendedDifferences(name: IntendedDifference) throws {
    let cases = DifferentialCase.different.filter { $0.difference?.name == name }
    #expect(!cases.isEmpty, "a difference that no case shows is none")
    #expect(!name.reason.isEmpty)
    try compare(cases)
  }

  private func compare(_ cases: [DifferentialCase]) throws {
    var grants = 0
    for one in cases {
      try remove(HelperScene.acl)
      for file in one.files {
        try scene.testbed.write(file.path, file.contents, mode: file.mode, owner: file.owner)
      }
      try lay(one, at: Self.qemusList)
      let qemu = try decision(of: Testbed.qemuBridgeHelper, one)
      let fallBack = try decision(of: Testbed.helper, one)
      try lay(one, at: HelperScene.acl)
      let own = try decision(of: Testbed.helper, one)
      for file in one.files { try remove(file.path) }

      #expect(fallBack == own, "the same text in either of our places: \(one)")
      if let difference = one.difference {
        #expect(qemu == difference.qemu, "QEMU's: \(one)")
        #expect(own == difference.ours, "ours: \(one)")
      } else {
        #expect(own == qemu, "\(one)")
      }
      if case .granted = own { grants += 1 }
    }
    #expect(
      grants < cases.count || cases.allSatisfy { $0.difference != nil }, "a suite of yes only")
  }

  private func decision(of helper: String, _ one: DifferentialCase) throws
    -> DifferentialCase.Decision
  {
    let hasDescriptor = one.arguments.contains { $0.hasPrefix("--fd") }
    let outcome = try scene.testbed.requestTap(one.arguments, as: one.caller, helper: helper) {
      if hasDescriptor { $0.arguments.removeLast() }
    }
    defer { withExtendedLifetime(outcome) {} }
    guard outcome.isGrant() else {
      if case .signalled = outcome.helper.ending { return .crashed }
      #expect(outcome.isRefusal, "neither a grant nor a refusal: \(one) \(outcome)")
      return .refused
    }
    let tap = try #require(outcome.interfaceNames().first)
    return .granted(on: try scene.master(of: tap) ?? "no bridge")
  }

  private func lay(_ one: DifferentialCase, at path: String) throws {
    try remove(path)
    if let acl = one.acl {
      try scene.testbed.write(path, acl, mode: one.mode, owner: one.owner)
    }
  }

  private func remove(_ path: String) throws {
    guard scene.testbed.exists(path) else { return }
    try FileManager.default.removeItem(atPath: scene.testbed.root + path)
  }
}
