import Glibc
import TestSupport
import Testing

/// What users try with one another's persistent taps.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostilePersistentTapTests {
  private let taps: PersistentTapScene
  private var scene: HelperScene { taps.scene }
  private let others: [Credentials] = [.student, .stranger]

  init() throws { taps = try PersistentTapScene() }

  /// Neither idle nor in use, neither by its own name nor by the further one.
  @Test(arguments: [1, 2])
  func nobodyElseOpensOrRemovesIt(queues: Int) throws {
    _ = try taps.add(["--name=web0", "--queues=\(queues)"])
    func attack() throws {
      for caller in others {
        for name in ["taprt-2-0", "web0"] {
          for count in [1, 2] {
            let error = try taps.tryOpening(name, queues: count, as: caller)
            #expect(
              error == (count == queues ? "Operation not permitted\n" : "Invalid argument\n"),
              "\(caller.name) \(name) \(count)")
          }
          try taps.expectRefusal(
            ["--remove", "--name=\(name)"], .notPermitted, "is of uid 1001, not yours", as: caller)
        }
      }
    }
    try attack()
    let holder = try taps.hold("web0", queues: queues)
    try attack()
    #expect(try holder.waitIfEnded() == nil)
  }

  /// The name that another's programs open cannot be taken from his tap, nor a tap of one's own be
  /// put in its place.
  @Test func nobodyElseNamesItAway() throws {
    _ = try taps.add(["--name=web0"])
    for caller in others {
      for options in [["--name=web0"], ["--name=web0", "--queues=2"]] {
        try taps.expectRefusal(
          ["--persist", "--br=br0"] + options, .unavailable, "the name 'web0' is in use",
          as: caller)
      }
      for name in ["taprt-2-0", "taprt-2-1", "Trt-2-1"] {
        try taps.expectRefusal(
          ["--persist", "--br=br0", "--name=\(name)"], .usage, "given by tapster-helper only",
          as: caller)
      }
      let rename = try taps.testbed.run(
        ["ip", "link", "set", "dev", "taprt-2-0", "name", "mine0"], as: caller)
      #expect(!rename.succeeded)
      let property = try taps.testbed.run(
        ["ip", "link", "property", "del", "dev", "taprt-2-0", "altname", "web0"], as: caller)
      #expect(!property.succeeded)
    }
    #expect(try taps.tryOpening("web0") == "", "its owner opens it as ever")
  }

  /// Whoever has it open can give it to another user. He cannot make that user answer for it, nor
  /// lose the other's own.
  @Test func aTapThatIsGivenAwayIsRemovedByNeither() throws {
    let name = try taps.add()
    let own = try taps.add(as: .student)
    #expect(try taps.tryOpening(name, then: .owner, Credentials.student.user) == "")
    try taps.expectRefusal(
      ["--remove", "--name=\(name)"], .notPermitted, "is of uid 1001, not yours", as: .student)
    try taps.expectRefusal(
      ["--remove", "--name=\(name)"], .notPermitted, "was given to another user", as: .build)
    #expect(try taps.tryOpening(name) == "Operation not permitted\n")
    _ = try taps.helper(["--remove", "--name=\(own)"], as: .student).checked()

    // Given back, it is his again.
    #expect(
      try taps.tryOpening(name, then: .owner, Credentials.build.user, as: .student) == "")
    _ = try taps.helper(["--remove", "--name=\(name)"]).checked()
    #expect(try scene.taps() == [])
  }

  /// A tap of nobody's, of the right name and alias, that anybody could attach to: what root makes
  /// stays root's.
  @Test func aTapOfTheRightNameThatNobodyOwns() throws {
    try taps.testbed.ip([
      "tuntap add dev taprt-2-7 mode tap", "link set taprt-2-7 alias \"tapster uid=1001 since=1\"",
    ])
    try taps.expectRefusal(
      ["--remove", "--name=taprt-2-7"], .notPermitted, "was given to another user or group")
    try taps.testbed.ip([
      "tuntap add dev taprt-2-8 mode tap user 1001",
      "link set taprt-2-8 alias \"tapster uid=1002 since=1\"",
    ])
    for caller in [Credentials.build, .student] {
      try taps.expectRefusal(
        ["--remove", "--name=taprt-2-8"], .notPermitted, "is no tap that tapster-helper made",
        as: caller)
    }
  }

  /// The further name goes back and forth between his tap and another user's while he removes it:
  /// only ever his own goes.
  @Test func aNameThatMovesWhileItsTapIsRemoved() throws {
    let victim = try taps.add(as: .student)
    for _ in 0..<20 {
      let own = try taps.add()
      let mover = try taps.testbed.spawn([
        "sh", "-c",
        """
        ip link property add dev \(victim) altname moving
        while :; do
          printf '%s\\n' "link property del dev \(victim) altname moving" \\
            "link property add dev \(own) altname moving" \\
            "link property del dev \(own) altname moving" \\
            "link property add dev \(victim) altname moving"
        done | ip -force -batch - 2>/dev/null
        """,
      ])
      let said = try taps.helper(["--remove", "--name=moving"])
      #expect([0, 69, 77].contains(try #require(said.status)), "\(said)")
      mover.signal(SIGKILL)
      try mover.wait()
      #expect(try scene.taps().contains(victim), "\(said)")
      _ = try taps.testbed.run([
        "ip", "link", "property", "del", "dev", victim, "altname", "moving",
      ])
      if try scene.taps().contains(own) {
        _ = try taps.helper(["--remove", "--name=\(own)"]).checked()
      }
    }
  }

  /// Its owner removes and makes it anew all the time; who else asks for its end gets nothing.
  @Test func aTapThatIsMadeAnewAllTheTime() throws {
    let owner = try taps.testbed.spawn(
      [
        "sh", "-c",
        "while \"$0\" --persist --br=br0 && \"$0\" --remove --name=taprt-2-0; do :; done",
        Testbed.helper,
      ], as: .build)
    for _ in 0..<100 {
      let said = try taps.helper(["--remove", "--name=taprt-2-0"], as: .student)
      #expect([69, 77].contains(said.status ?? 0), "\(said)")
    }
    #expect(try owner.waitIfEnded() == nil, "each of its own succeeded")
  }

  /// Removing takes no right but the owner's: none is left when the device is touched.
  @Test func removingHoldsNoRight() throws {
    let name = try taps.add()
    let said = try taps.testbed.run([
      "strace", "-qq", "-u", "build", "-o", "/run/trace", Testbed.helper, "--remove",
      "--name=\(name)",
    ]).checked()
    let calls = try taps.testbed.read("/run/trace").split(separator: "\n")
    let surrender = try #require(
      calls.firstIndex { $0.hasPrefix("capset(") && $0.contains("permitted=0,") }, "\(said)")
    let user = try #require(calls.firstIndex { $0.hasPrefix("setresuid(1001, 1001, 1001)") })
    let filter = try #require(calls.firstIndex { $0.hasPrefix("seccomp(") })
    let first = try #require(calls.firstIndex { $0.contains("TUNSETIFF") })
    #expect(max(surrender, user) < filter && filter < first)
    #expect(try scene.taps() == [])
  }
}
