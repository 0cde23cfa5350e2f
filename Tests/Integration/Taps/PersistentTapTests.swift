import Glibc
import TestSupport
import Testing

/// Taps that outlive the helper: made, opened by name, counted and removed.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct PersistentTapTests {
  private let taps: PersistentTapScene
  private var scene: HelperScene { taps.scene }

  init() throws { taps = try PersistentTapScene() }

  private func link(_ name: String) throws -> JSON {
    try taps.testbed.json(["ip", "-j", "-d", "link", "show", name])[0]
  }

  @Test func itStaysIsOpenedByNameAndIsRemoved() throws {
    let before = try taps.testbed.links()
    let said = try taps.helper(["--persist", "--br=br0", "--name=web0", "--use-vnet"])
    #expect(said.succeeded && said.output == "taprt-2-0\nweb0\n", "\(said)")

    let link = try link("taprt-2-0")
    #expect(link["linkinfo"]["info_data"]["persist"].bool == true)
    #expect(link["linkinfo"]["info_data"]["user"].string == "build")
    #expect(link["linkinfo"]["info_data"]["group"] == .null)
    #expect(link["master"].string == "br0")
    #expect(link["altnames"].array == [.string("web0")])
    #expect(link["flags"].array.contains(.string("UP")))
    #expect(link["flags"].array.contains(.string("NO-CARRIER")), "nobody has it open")
    #expect(link["ifalias"].string?.hasPrefix("tapster uid=1001 since=") == true)

    for name in ["taprt-2-0", "web0"] {
      #expect(try taps.tryOpening(name) == "")
      #expect(try scene.taps() == ["taprt-2-0"], "it stays again")
    }
    #expect(try scene.master(of: "taprt-2-0") == "br0")

    let removed = try taps.helper(["--remove", "--name=web0"])
    #expect(removed.succeeded && removed.outputBytes.isEmpty && removed.errorBytes.isEmpty)
    #expect(try taps.testbed.links() == before)
  }

  @Test func severalQueues() throws {
    let name = try taps.add(["--queues=2"])
    #expect(try link(name)["linkinfo"]["info_data"]["multi_queue"].bool == true)
    #expect(try taps.tryOpening(name, queues: 2) == "")
    let holder = try taps.hold(name, queues: 2)
    #expect(try link(name)["linkinfo"]["info_data"]["numqueues"].integer == 2)
    try taps.expectRefusal(["--remove", "--name=\(name)"], .unavailable, "is in use")
    #expect(try link(name)["linkinfo"]["info_data"]["numqueues"].integer == 2)
    #expect(try link(name)["linkinfo"]["info_data"]["persist"].bool == true)
    holder.signal(SIGKILL)
    try holder.wait()
    _ = try taps.helper(["--remove", "--name=\(name)"]).checked()
    #expect(try scene.taps() == [])
  }

  @Test func theRuleMustAllowIt() throws {
    try scene.write("allow br0 taps=4\nallow br0 persist\n")
    try taps.expectRefusal(
      ["--persist", "--br=br0"], .notPermitted,
      "a persistent tap was asked for, and /etc/tapster/acl.conf:1 (allow br0 taps=4) does not")
    let check = try taps.helper(["--check", "--persist", "--br=br0"])
    #expect(check.status == ExitStatus.notPermitted.rawValue, "\(check)")
    try scene.write("allow br0 persist\n")
    let allowed = try taps.helper(["--check", "--persist", "--br=br0"])
    #expect(allowed.succeeded && allowed.output.contains("persist=yes"), "\(allowed)")
    #expect(try scene.taps() == [])
  }

  /// What the rule makes of the port stays when programs come and go.
  @Test func thePortIsWhatTheRuleSaysWhoeverOpensIt() throws {
    try scene.write("allow br0 persist isolated mac=52:54:00:00:00:01\n")
    try taps.testbed.output(["ip", "link", "set", "br0", "up"])
    let name = try taps.add()
    for _ in 0..<2 {
      let holder = try taps.hold(name)
      let port = try taps.testbed.json(["bridge", "-d", "-j", "link", "show", "dev", name])[0]
      for flag in ["isolated", "locked", "root_block"] {
        #expect(port[flag].bool == true, "\(flag)")
      }
      #expect(port["learning"].bool == false)
      let known = try taps.testbed.json(["bridge", "-j", "fdb", "show", "dev", name]).array
      #expect(
        known.contains {
          $0["mac"].string == "52:54:00:00:00:01" && $0["state"].string == "static"
        },
        "\(known)")
      holder.signal(SIGKILL)
      try holder.wait()
    }
  }

  /// The list decides who may have a tap, not who may give one back.
  @Test func removingNeedsNoRule() throws {
    let name = try taps.add()
    try scene.write("deny all\n")
    _ = try taps.helper(["--remove", "--name=\(name)"]).checked()
    #expect(try scene.taps() == [])
  }

  @Test func whatIsNotThereOrNotOurs() throws {
    try taps.testbed.ip(["tuntap add dev own0 mode tap user 1001", "link add v0 type veth"])
    for name in ["tapzz-2-0", "web0"] {
      try taps.expectRefusal(["--remove", "--name=\(name)"], .unavailable, "there is no tap")
    }
    for name in ["br0", "lo", "v0", "own0"] {
      try taps.expectRefusal(
        ["--remove", "--name=\(name)"], .notPermitted, "is no tap that tapster-helper made")
    }
  }

  /// A tap that QEMU has by its descriptor is QEMU's to let go.
  @Test func aTapThatGoesByItself() throws {
    let outcome = try taps.testbed.requestTap(["--br=br0"])
    let name = try scene.expectGrant(outcome)
    try taps.expectRefusal(
      ["--remove", "--name=\(name)"], .unavailable, "goes with the program that has it open")
    withExtendedLifetime(outcome) {}
  }

  @Test func whileSomebodyHasItOpen() throws {
    let name = try taps.add()
    let holder = try taps.hold(name)
    try taps.expectRefusal(["--remove", "--name=\(name)"], .unavailable, "is in use")
    #expect(try holder.waitIfEnded() == nil)
    #expect(try link(name)["linkinfo"]["info_data"]["persist"].bool == true)
  }

  /// Status 0 is what says that a tap was left: without its name being told, none is.
  @Test(arguments: ["/dev/full", "closed pipe"])
  func outputThatTakesNothing(output: String) throws {
    var command = try taps.testbed.command(
      [Testbed.helper, "--persist", "--br=br0"], as: .build)
    if output == "closed pipe" {
      let (read, write) = try OpenDescriptor.pipe()
      read.close()
      command.descriptors[1] = write
    } else {
      command.descriptors[1] = try OpenDescriptor(path: output, flags: O_WRONLY)
    }
    let said = try command.run()
    #expect(said.status == ExitStatus.failure.rawValue, "\(said)")
    HelperScene.expectMessage(said.errorBytes, "cannot write the tap's name to standard output")
    try scene.expectNoTaps()
  }

  /// Both installs, and a device that only root may open.
  @Test(
    arguments: [
      (Testbed.helper, 0o666), (Testbed.helper, 0o600), (Testbed.capabilityHelper, 0o666),
    ] as [(String, UInt32)])
  func eitherInstall(helper: String, tunMode: UInt32) throws {
    let scene = try HelperScene(acl: "allow br0 persist\n", tunMode: tunMode)
    _ = try scene.testbed.output([helper, "--persist", "--br=br0"], as: .student)
    #expect(try scene.taps() == ["tapru-2-0"])
    let foreign = try scene.testbed.run([helper, "--remove", "--name=tapru-2-0"], as: .build)
    #expect(foreign.status == ExitStatus.notPermitted.rawValue, "\(foreign)")
    _ = try scene.testbed.output([helper, "--remove", "--name=tapru-2-0"], as: .student)
    #expect(try scene.taps() == [])
  }

  @Test func fortyRacersGetFour() throws {
    try scene.write("allow br0 taps=4 persist\n")
    let racers = try (0..<40).map { _ in
      try taps.testbed.spawn([Testbed.helper, "--persist", "--br=br0"], as: .build)
    }
    let endings = try racers.map { try $0.wait() }
    #expect(endings.count { $0 == .exited(0) } == 4)
    #expect(endings.count { $0 == .exited(ExitStatus.notPermitted.rawValue) } == 36)
    #expect(try scene.taps() == (0..<4).map { "taprt-2-\($0)" })
    // They count beside taps of the other kind, and one that is gone does not.
    #expect(try taps.testbed.requestTap(["--br=br0"]).isRefusal)
    _ = try taps.helper(["--remove", "--name=taprt-2-2"]).checked()
    let outcome = try taps.testbed.requestTap(["--br=br0"])
    #expect(try scene.expectGrant(outcome) == "taprt-2-2")
    try taps.expectRefusal(["--persist", "--br=br0"], .notPermitted, "4 of 4 taps")
  }

  /// Killed when it enters each of its system calls in turn: what is left, if the end came after
  /// the last word of all, is a tap of the caller's own, that he can remove.
  @Test func killedAtEverySystemCall() throws {
    func strace(_ expression: String, output: String = "/dev/null") throws -> Completed {
      try taps.testbed.run([
        "strace", "-qq", "-u", "build", "-o", output, "-e", expression, Testbed.helper,
        "--persist", "--br=br0",
      ])
    }
    _ = try strace("trace=all", output: "/run/trace").checked()
    _ = try taps.helper(["--remove", "--name=taprt-2-0"]).checked()
    let calls = try taps.testbed.read("/run/trace").split(separator: "\n").compactMap { line in
      line.firstIndex(of: "(").map { (name: String(line[..<$0]), text: line) }
    }
    let staying = try #require(calls.firstIndex { $0.text.contains("TUNSETPERSIST") })
    #expect(calls[..<staying].last?.text.contains("write(1, \"taprt-2-0\\n\"") == true)
    var counts: [String: Int] = [:]
    var tried = 0
    for (number, call) in calls.enumerated() {
      counts[call.name, default: 0] += 1
      guard let count = counts[call.name], count <= 4, call.name != "execve" else { continue }
      tried += 1
      let killed = try strace("inject=\(call.name):signal=KILL:when=\(count)")
      #expect(killed.ending == .signalled(SIGKILL), "\(call)")
      if number <= staying {
        try scene.expectNoTaps()
      } else {
        #expect(try scene.taps() == ["taprt-2-0"])
        _ = try taps.helper(["--remove", "--name=taprt-2-0"]).checked()
      }
    }
    #expect(tried > 30)
  }
}
