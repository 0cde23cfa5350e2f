import Foundation
import TestSupport
import Testing

/// `acl-add` and `acl-remove` on real files: what they change, and all that they leave alone.
@Suite(.requiresTapster, .timeLimit(.minutes(10)))
struct ACLEditTests {
  private static let list = """
    # Ours.\r
      include  acl.d/red.conf\t# theirs\r
    \r
    \tallow br0\tuser=build  taps=2# not a comment\r

    """.replacing("# not a comment", with: " # a comment")
  private let scene: ACLScene

  init() throws {
    scene = try ACLScene(acl: Self.list)
    try scene.testbed.write("/etc/tapster/acl.d/red.conf", "deny br1 user=student")
  }

  /// What is added is where it belongs; the rest is as it was, to the byte.
  @Test func aRuleMore() throws {
    try scene.expect(0, ["acl-add", "allow br1 user=build queues=2"])
    #expect(try scene.text() == Self.list + "allow br1 user=build queues=2\r\n")
    try scene.expect(0, ["acl-add", "deny", "br0", "group=students", "--before", "4"])
    let lines = Self.list.split(separator: "\r\n", omittingEmptySubsequences: false)
    let expected =
      lines[..<3].joined(separator: "\r\n") + "\r\ndeny br0 group=students\r\n"
      + lines[3...].joined(separator: "\r\n") + "allow br1 user=build queues=2\r\n"
    #expect(try scene.text() == expected)
    try scene.expect(0, ["acl-add", "allow br1", "--file", "/etc/tapster/acl.d/red.conf"])
    #expect(
      try scene.testbed.read("/etc/tapster/acl.d/red.conf") == "deny br1 user=student\nallow br1")
    try scene.expect(0, ["acl-add", "allow all", "--before", "/etc/tapster/acl.d/red.conf:1"])
    #expect(
      try scene.testbed.read("/etc/tapster/acl.d/red.conf")
        == "allow all\ndeny br1 user=student\nallow br1")
    #expect(try scene.files() == ["acl.conf", "acl.d"])
  }

  @Test func aRuleLess() throws {
    try scene.expect(0, ["acl-remove", "allow br0 taps=2 user=build"])
    #expect(
      try scene.text()
        == Self.list.split(separator: "\r\n", omittingEmptySubsequences: false)[..<3]
        .joined(separator: "\r\n") + "\r\n")
    try scene.expect(0, ["acl-remove", "/etc/tapster/acl.d/red.conf:1"])
    #expect(try scene.testbed.read("/etc/tapster/acl.d/red.conf") == "")
    try scene.expect(0, ["acl-remove", "2"])
    #expect(try scene.text() == "# Ours.\r\n\r\n")
    #expect(try scene.files() == ["acl.conf", "acl.d"])
  }

  /// Another rule decides for those whom the new one is for: that is told, with what helps.
  @Test(
    arguments: [
      // The first allow.
      ("allow br1\n", "allow br1 user=build taps=2", [(1, "user 'build'", false)]),
      ("allow all taps=1\n", "allow br1", [(1, "everybody", false)]),
      ("allow br1 user=1001\n", "allow br1 user=build vhost", [(1, "user 'build'", false)]),
      // By the groups that he has when he logs in.
      (
        "allow br0 group=students\n", "allow br0 user=student vhost", [(1, "user 'student'", false)]
      ),
      ("#\nallow br0 group=2000\n", "allow br0 group=students", [(2, "group 'students'", false)]),
      // By another name of the bridge.
      ("allow other\n", "allow br0 user=build", [(1, "user 'build'", false)]),
      // A deny, wherever it stands.
      ("deny all user=build\n", "allow br1 user=build", [(1, "user 'build'", true)]),
      ("deny br1 group=students\n", "allow br1 group=students", [(1, "group 'students'", true)]),
      // Each by another.
      (
        "allow br1 user=build\ndeny br1 group=students\n", "allow br1 user=build,student,4242",
        [(1, "user 'build'", false), (2, "user 'student'", true)]
      ),
      ("allow br1\n", "allow br1 user=build,student", [(1, "user 'build', user 'student'", false)]),
      // None.
      ("allow br0\n", "allow br1 user=build", []), ("", "allow br1", []),
      ("allow br1 user=build\n", "allow br1 user=student taps=2", []),
      ("allow br1 user=build\n", "allow br1", []), ("deny br1 user=build\n", "allow br1", []),
      ("allow br0 user=build\n", "allow all user=build", []),
      ("allow br1\n", "deny br1 user=build", []),
    ] as [(String, String, [(Int, String, Bool)])])
  func aRuleThatDoesNotDecide(
    list: String, rule: String, expected: [(Int, String, Bool)]
  ) throws {
    try scene.write(list)
    let ended = try scene.expect(0, ["acl-add", rule])
    #expect(try scene.text() == list + rule + "\n")
    let lines = list.split(separator: "\n").map(String.init)
    let place = "\(ACLScene.acl):\(lines.count + 1)"
    let notes = expected.map { line, whom, isDeny in
      let decides = "\(ACLScene.acl):\(line)"
      let start = "note: it changes nothing for \(whom): \(decides)"
      return isDeny
        ? "\(start) denies it: \(lines[line - 1])\n"
          + "  a deny wins wherever it stands; that line would have to change\n"
        : "\(start) decides, the first allow that fits: \(lines[line - 1])\n"
          + "  to have it decide: tapster acl-remove '\(place)' && "
          + "tapster acl-add --before '\(decides)' '\(rule)'\n"
    }
    #expect(ended.error == notes.joined())
    #expect(!ended.output.contains("never matches"), "\(ended)")
    // What is advised helps.
    if expected.count == 1, !expected[0].2 {
      try scene.testbed.output([
        "sh", "-euc",
        """
        tapster() { \(Testbed.tapster) --quiet "$@"; }
        \(notes[0].split(separator: "to have it decide: ").last ?? "false")
        """,
      ])
      var moved = lines
      moved.insert(rule, at: expected[0].0 - 1)
      #expect(try scene.text() == moved.joined(separator: "\n") + "\n")
    }
  }

  /// A rule that he may not read decides nothing for him.
  @Test func aRuleThatHeMayNotRead() throws {
    try scene.write("include hidden\n")
    let students = Credentials(name: "root", user: 0, group: 2000)
    try scene.testbed.write(
      "/etc/tapster/hidden", "allow br1\ndeny br0\n", mode: 0o640, owner: students)
    for bridge in ["br0", "br1"] {
      #expect(try scene.expect(0, ["acl-add", "allow \(bridge) user=build"]).error == "")
    }
    try scene.expect(0, ["acl-add", "allow br1 user=student"], "/etc/tapster/hidden:1 decides")
    try scene.expect(0, ["acl-add", "allow br0 group=students"], "/etc/tapster/hidden:2 denies")
  }

  /// Each is refused with a reason, and leaves everything as it was.
  @Test(
    arguments: [
      (64, ["acl-add", "alow br0"], "did you mean 'allow'?"),
      (64, ["acl-add", "allow br0 user=nope"], "there is no user 'nope'"),
      (64, ["acl-add", "deny br0 group=nope"], "there is no group 'nope'"),
      (64, ["acl-add", "include x"], "an include is no rule"),
      (64, ["acl-add", "allow br0\ndeny br1"], "no control characters"),
      (64, ["acl-add", "# x"], "the rule is missing"),
      (64, ["acl-add", "allow br1", "--before", "9"], "there is no line 9; the last is 4"),
      (64, ["acl-add", "allow br1", "--before", "x"], "'x' is no line"),
      (
        1, ["acl-add", "allow br0  taps=2 user=build # x"],
        "/etc/tapster/acl.conf:4 says so already"
      ),
      (1, ["acl-add", "deny br1 user=student"], "/etc/tapster/acl.d/red.conf:1 says so already"),
      (1, ["acl-add", "allow br1", "--file", "/etc/passwd"], "is no part of the access control"),
      (1, ["acl-add", "allow br1", "--file", "/nowhere"], "cannot read '/nowhere'"),
      (1, ["acl-remove", "allow br0"], "no rule says: allow br0"),
      (1, ["acl-remove", "1"], "acl.conf:1 is empty or a comment"),
      (1, ["acl-remove", "3"], "acl.conf:3 is empty or a comment"),
      (64, ["acl-remove", "77"], "there is no line 77"),
      (64, ["acl-remove", "allow br0 usr=x"], "this is no rule"),
    ] as [(Int32, [String], String)])
  func whatIsRefused(status: Int32, arguments: [String], words: String) throws {
    let ended = try scene.expect(status, arguments, words)
    #expect(ended.error.hasPrefix("error: "))
    #expect(try scene.text() == Self.list)
    #expect(try scene.files() == ["acl.conf", "acl.d"])
  }

  @Test func anOrdinaryUserIsToldWhatToDo() throws {
    for command in [["acl-add", "allow br1"], ["acl-remove", "4"]] {
      try scene.expect(1, command, "sudo tapster", as: .build)
    }
    #expect(try scene.text() == Self.list)
  }

  @Test func twoRulesThatSayTheSame() throws {
    try scene.write("allow br0\nallow br1\nallow  br0 # again\n")
    try scene.expect(1, ["acl-remove", "allow br0"], "2 rules say so: /etc/tapster/acl.conf:1")
    try scene.expect(0, ["acl-remove", "3"])
    try scene.expect(0, ["acl-remove", "allow br0"])
    #expect(try scene.text() == "allow br1\n")
  }

  /// Owner, group and mode stay; so does a link, which the list may be.
  @Test func theFileStaysWhatItIs() throws {
    try scene.testbed.output([
      "sh", "-euc",
      """
      mkdir /etc/static
      mv /etc/tapster/acl.conf /etc/static/list
      ln -s ../static/list /etc/tapster/acl.conf
      chmod 4604 /etc/static/list
      chgrp students /etc/static/list
      setfacl -m u:4242:r /etc/static/list
      """,
    ])
    let stat = [
      "sh", "-euc",
      "stat -c '%U %G %a %F' /etc/static/list \(ACLScene.acl); getfacl -nc /etc/static/list",
    ]
    let before = try scene.testbed.output(stat)
    #expect(before.contains("user:4242:r--"))
    try scene.expect(0, ["acl-add", "allow br1"])
    #expect(try scene.testbed.output(stat) == before)
    #expect(try scene.testbed.read("/etc/static/list") == Self.list + "allow br1\r\n")
    try scene.expect(0, ["acl-remove", "allow br1"])
    #expect(try scene.testbed.output(stat) == before)
    #expect(try scene.testbed.read("/etc/static/list") == Self.list)
  }

  /// What the directory gives new files is not what the list has: a reader more, say, of a file
  /// that was nobody's to read.
  @Test(arguments: ["600", "640", "604"]) func aDirectoryWithADefaultACL(mode: String) throws {
    try scene.testbed.output([
      "sh", "-euc",
      """
      chmod \(mode) \(ACLScene.acl)
      chgrp students \(ACLScene.acl)
      setfacl -d -m u:1001:rwx,g:1002:rwx,o::rwx /etc/tapster
      touch /etc/tapster/new
      getfacl -nc /etc/tapster/new | grep -q user:1001:rw
      rm /etc/tapster/new
      """,
    ])
    let stat = [
      "sh", "-euc", "stat -c '%U %G %a' \(ACLScene.acl); getfacl -nc \(ACLScene.acl)",
    ]
    let before = try scene.testbed.output(stat)
    #expect(!before.contains("user:1001") && !before.contains("mask"))
    try scene.expect(0, ["acl-add", "allow br1"])
    #expect(try scene.testbed.output(stat) == before)
    try scene.expect(0, ["acl-remove", "allow br1"])
    #expect(try scene.testbed.output(stat) == before)
    // A list of its own the file keeps as it is.
    try scene.testbed.output(["setfacl", "-m", "u:4242:r", ACLScene.acl])
    let listed = try scene.testbed.output(stat)
    #expect(listed.contains("user:4242:r--"))
    try scene.expect(0, ["acl-add", "allow br1"])
    #expect(try scene.testbed.output(stat) == listed)
  }

  /// A list of our own hides QEMU's, so the new one includes that.
  @Test func whatCountedBeforeGoesOnToCount() throws {
    try scene.testbed.output(["rm", "-r", ACLScene.acl])
    try scene.testbed.write(ACLScene.qemus, "allow br1\ndeny br0 user=student\n")
    let said = try scene.expect(0, ["acl-add", "allow br0 group=students,build"])
    #expect(
      said.output.contains("/etc/tapster/acl.conf is new, and includes /etc/qemu/bridge.conf"))
    #expect(
      try scene.text().hasSuffix(
        "\ninclude /etc/qemu/bridge.conf\n\nallow br0 group=students,build\n"))
    try scene.expect(0, ["acl-check", "--user", "student", "br1"])
    try scene.expect(77, ["acl-check", "--user", "student", "br0"], "bridge.conf:2 denies it")
    try scene.expect(0, ["acl-check", "--user", "build", "br0"])
    #expect(try scene.testbed.output(["stat", "-c", "%U %a", ACLScene.acl]) == "root 644\n")
  }

  /// Neither list is there, nor the directory.
  @Test func theFirstRuleOfAll() throws {
    try scene.testbed.output(["rm", "-r", "/etc/tapster", "/etc/qemu"])
    try scene.expect(78, ["acl-list"], "there is no access control list")
    try scene.expect(1, ["acl-remove", "1"], "there is no /etc/tapster/acl.conf")
    try scene.expect(0, ["acl-add", "allow br0 user=build"])
    try scene.expect(0, ["acl-check", "br0"], as: .build)
  }

  /// A list that is broken is not touched, but for taking away what is wrong.
  @Test func aBrokenListCanBeMendedOnly() throws {
    try scene.write("allow br0\noops\n")
    try scene.expect(78, ["acl-add", "allow br1"], "broken, and would stay so")
    try scene.expect(78, ["acl-remove", "1"], "broken, and would stay so")
    #expect(try scene.text() == "allow br0\noops\n")
    try scene.expect(0, ["acl-remove", "2"])
    #expect(try scene.text() == "allow br0\n")
  }

  /// A file that is too large with one rule more would break the list.
  @Test func aRuleThatWouldBreakTheList() throws {
    let line = "#" + String(repeating: "x", count: 1022) + "\n"
    try scene.write(String(repeating: line, count: 16 * 1024))
    try scene.expect(78, ["acl-add", "allow br1"], "would be broken; nothing was changed")
    #expect(try scene.testbed.output(["stat", "-c", "%s", ACLScene.acl]) == "16777216\n")
  }

  /// Users of a directory are not in /etc/passwd, where the helper looks: their numbers are
  /// written.
  @Test func usersOfADirectory() throws {
    try scene.testbed.output([
      "sh", "-euc",
      """
      mkdir -p /var/lib/extrausers
      echo 'ci:x:7001:7001::/:/bin/sh' >/var/lib/extrausers/passwd
      printf 'ci:x:7001:\\nmakers:x:7100:ci\\n' >/var/lib/extrausers/group
      sed -i 's/^\\(passwd\\|group\\):.*/\\1: files extrausers/' /etc/nsswitch.conf
      """,
    ])
    try scene.expect(0, ["acl-add", "allow br0 user=ci,build group=makers"])
    let rule = "allow br0 user=7001,build group=7100  # 7001: ci, 7100: makers"
    #expect(try scene.text() == Self.list + rule + "\r\n")
    try scene.expect(1, ["acl-add", "allow br0 group=makers user=build,ci"], "says so already")
    let ci = Credentials(name: "ci", user: 7001, group: 7001, groups: [7100])
    try scene.expect(0, ["acl-check", "br0"], as: ci)
    try scene.expect(0, ["acl-check", "--user", "ci", "br0"])
    try scene.expect(77, ["acl-check", "--user", "ci", "br1"], "allow br1 user=7001")
    #expect(
      try scene.tapster(["acl-list", "--user", "ci"]).checked().output
        .contains("user=7001,build group=7100"))
    try scene.write("allow br0 user=ci\n")
    try scene.expect(77, ["acl-check", "--user", "ci", "br0"])
    #expect(
      try scene.expect(1, ["acl-lint"]).output.contains("write the number: 7001"))
    try scene.expect(0, ["acl-remove", "1"])
    try scene.expect(0, ["acl-add", "deny br0 user=ci"])
    try scene.expect(0, ["acl-remove", "deny br0 user=ci"])
    #expect(try scene.text() == "")
  }

  /// Whoever changed the file by hand meanwhile loses nothing.
  @Test func aFileThatChangesMeanwhile() throws {
    let script = """
      cd \(Testbed.scratch)
      strace -o trace -e inject=fsync:signal=STOP:when=1 \(Testbed.tapster) acl-add allow br1 &
      until grep -q 'stopped by SIGSTOP' trace 2>/dev/null; do sleep 0.01; done
      echo '# by hand' >>\(ACLScene.acl)
      kill -CONT "$(pgrep -P $!)"
      wait $!
      """
    let ended = try scene.testbed.run(["sh", "-uc", script])
    #expect(ended.status == 1 && ended.error.contains("somebody else changed it"), "\(ended)")
    #expect(try scene.text() == Self.list + "# by hand\n")
    #expect(try scene.files() == ["acl.conf", "acl.d"])
  }

  /// Of many at once none is lost.
  @Test func manyAtOnce() throws {
    let rules = (1...24).map { "allow br1 user=\(6000 + $0)" }
    let adding = try rules.map {
      try scene.testbed.spawn([Testbed.tapster, "acl-add", $0])
    }
    for one in adding { #expect(try one.wait() == .exited(0)) }
    let added = try scene.text().dropFirst(Self.list.count).split(separator: "\r\n").map(
      String.init)
    #expect(added.sorted() == rules.sorted())
    let removing = try rules.map {
      try scene.testbed.spawn([Testbed.tapster, "acl-remove", $0])
    }
    for one in removing { #expect(try one.wait() == .exited(0)) }
    #expect(try scene.text() == Self.list)
  }

  /// Without room for the new file the old one stays.
  @Test(arguments: 0...2) func aFullDisk(pages: Int) throws {
    let rule = "allow br1 user=build # " + String(repeating: "x", count: 9000)
    try scene.testbed.output([
      "sh", "-euc",
      """
      cp -a /etc/tapster \(Testbed.scratch)/aside
      mount -t tmpfs -o size=256k tmpfs /etc/tapster
      cp -a \(Testbed.scratch)/aside/. /etc/tapster
      cat /dev/zero >/etc/tapster/filler 2>/dev/null || true
      truncate -s -$((\(pages) * 4096)) /etc/tapster/filler
      """,
    ])
    try scene.expect(1, ["acl-add", rule], "No space left on device")
    #expect(try scene.text() == Self.list)
    #expect(try scene.files() == ["acl.conf", "acl.d", "filler"])
    try scene.testbed.output(["rm", "/etc/tapster/filler"])
    try scene.expect(0, ["acl-add", rule])
    #expect(try scene.text() == Self.list + rule + "\r\n")
  }
}
