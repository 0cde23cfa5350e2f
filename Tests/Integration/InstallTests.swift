import Foundation
import TestSupport
import Testing

/// `make install` into a staging directory, as packagers and administrators run it.
@Suite(
  .enabled("root and both programs are needed") {
    Privilege.isRoot && Binaries.exists(Binaries.helper) && Binaries.exists(Binaries.tapster)
  })
final class InstallTests {
  private let stage: String

  init() throws {
    stage = try Command(["mktemp", "-d"]).run().checked().output
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  deinit { _ = try? Command(["rm", "-rf", stage]).run() }

  private func make(_ goal: String) throws {
    try Command(["make", "-C", Binaries.root, goal, "DESTDIR=\(stage)", "PREFIX=/usr"]).run()
      .checked()
  }

  private func mode(_ path: String) throws -> String {
    try Command(["stat", "-c", "%a %u", stage + path]).run().checked().output
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test func onlyTheHelperIsSetuidAndNothingIsWritableByOthers() throws {
    try make("install-files")
    #expect(try mode("/usr/libexec/tapster/tapster-helper") == "4755 0")
    #expect(try mode("/usr/bin/tapster") == "755 0")
    #expect(try mode("/etc/tapster/acl.conf") == "644 0")
    #expect(try mode("/etc/tapster/networks/default.xml") == "644 0")
    let odd = try Command(["find", stage + "/usr", "-perm", "/6000", "-printf", "%f\n"]).run()
    #expect(odd.output == "tapster-helper\n")
    #expect(try Command(["find", stage, "-type", "f", "-perm", "/022"]).run().output == "")
  }

  @Test func whatTheAdministratorWroteStays() throws {
    try make("install-files")
    let files = ["/etc/tapster/acl.conf", "/etc/tapster/networks/default.xml"].map { stage + $0 }
    for file in files { try "mine\n".write(toFile: file, atomically: false, encoding: .utf8) }
    try make("install-files")
    try make("uninstall")
    for file in files { #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine\n") }
    #expect(try Command(["find", stage + "/usr", "-type", "f"]).run().output == "")
  }
}
