import TestSupport
import Testing

/// `acl-lint` and `acl-list` on the files of a host.
@Suite(.requiresTapster, .timeLimit(.minutes(10)))
struct ACLLintTests {
  private let scene: ACLScene

  init() throws { scene = try ACLScene() }

  /// `kind@file:line` of all findings, the files in `/etc/tapster`.
  private func findings(_ arguments: [String] = []) throws -> [String] {
    let ended = try scene.tapster(["acl-lint", "--json"] + arguments)
    return try JSON(parsing: ended.output).array.map { finding in
      let file = try #require(finding["file"].string).split(separator: "/").last ?? ""
      return "\(finding["kind"].string ?? "")@\(file):\(finding["line"].integer ?? 0)"
    }
  }

  @Test func aListThatIsInOrder() throws {
    try scene.write("allow br1 user=build taps=2\ndeny br1 group=students\n")
    let ended = try scene.expect(0, ["acl-lint"])
    #expect(ended.output == "The access control list is in order\n\n")
    #expect(try findings() == [])
  }

  /// Notes are no reason to fail, warnings end with 1, errors with 78.
  @Test(
    arguments: [
      ("allow br7\n", 0, ["no-bridge@acl.conf:1"]),
      ("allow br0\n", 1, ["bridge-address@acl.conf:1"]),
      ("allow br1\nallow br1 user=build\n", 1, ["never-matches@acl.conf:2"]),
      ("include gone\nallow br1\n", 0, ["include-missing@acl.conf:1"]),
      ("allow br1 user=nope\n", 1, ["unknown-user@acl.conf:1"]),
      ("deny br1 group=nope\n", 1, ["unknown-group@acl.conf:1"]),
      ("allow lo\n", 1, ["not-a-bridge@acl.conf:1"]),
      ("oops\nallow br1\nallow br1 x\n", 78, ["syntax@acl.conf:1", "syntax@acl.conf:3"]),
      ("include acl.conf\noops\n", 78, ["cycle@acl.conf:1", "syntax@acl.conf:2"]),
    ] as [(String, Int32, [String])])
  func whatIsFound(text: String, status: Int32, expected: [String]) throws {
    try scene.write(text)
    try scene.expect(status, ["acl-lint"])
    #expect(try findings() == expected)
  }

  @Test func filesAndWhoMayReadThem() throws {
    try scene.write("include red\ninclude theirs\nallow br1 group=students\n")
    let students = Credentials(name: "root", user: 0, group: 2000)
    try scene.testbed.write(
      "/etc/tapster/red",
      "deny br1 user=build\ndeny br1 user=student\ndeny br0 group=students\ndeny br0\n",
      mode: 0o640, owner: students)
    try scene.testbed.write("/etc/tapster/theirs", "deny br0 user=build\n", mode: 0o622)
    try scene.testbed.output(["chown", "4242", "/etc/tapster/theirs"])
    #expect(
      try findings() == [
        "file-hidden@red:0", "hidden-deny@red:1", "never-matches@red:3", "hidden-deny@red:4",
        "owner@theirs:0", "mode@theirs:0", "file-hidden@theirs:0", "hidden-deny@theirs:1",
      ])
    try scene.expect(78, ["acl-lint"])
    // Whoever may not read all says so, and takes nobody else for a stranger.
    try scene.testbed.output(["chown", "root", "/etc/tapster/theirs"])
    try scene.testbed.output(["chmod", "644", "/etc/tapster/theirs"])
    let ended = try scene.expect(0, ["acl-lint"], as: .build)
    #expect(ended.output.contains("you may not read /etc/tapster/red"))
    try scene.testbed.output(["chmod", "600", ACLScene.acl])
    #expect(try findings().first == "list-hidden@acl.conf:0")
  }

  /// Whoever may write to a directory on the way can exchange what is in it; where the sticky bit
  /// is, what is root's stays.
  @Test func directoriesOfOthers() throws {
    try scene.write("include /srv/acl/far/more\nallow br1\n")
    try scene.testbed.output([
      "sh", "-euc",
      """
      mount -t tmpfs -o mode=755 tmpfs /srv
      mkdir -p /srv/acl/far /srv/linked
      echo deny br1 user=student >/srv/acl/far/more
      """,
    ])
    #expect(try findings() == [])
    for (command, expected) in [
      ("chmod g+w /srv/acl", ["directory-mode@more:0"]),
      ("chmod g-w,o+w /srv/acl/far", ["directory-mode@more:0"]),
      ("chmod 1777 /srv/acl/far", []),
      ("chown 1001 /srv/acl", ["directory-owner@more:0"]),
      ("chmod 775 /srv; chown 1001 /srv/acl", ["directory-owner@more:0", "directory-mode@more:0"]),
    ] {
      try scene.testbed.output([
        "sh", "-euc",
        "chmod 755 /srv /srv/acl /srv/acl/far; chown root /srv/acl; \(command)",
      ])
      #expect(try findings().sorted() == expected.sorted(), "\(command)")
    }
    let said = try scene.expect(1, ["acl-lint"])
    #expect(said.output.contains("chown root /srv/acl\n"), "\(said)")
    #expect(said.output.contains("chmod go-w /srv\n"), "\(said)")
    // So it is where a link leads by way of their directory.
    try scene.testbed.output([
      "sh", "-euc",
      """
      chmod 755 /srv
      chown root /srv/acl
      chown 1001 /srv/linked
      mv \(ACLScene.acl) /srv/acl/list
      ln -s ../acl/list /srv/linked/list
      ln -s /srv/linked/list \(ACLScene.acl)
      """,
    ])
    #expect(try findings() == ["directory-owner@acl.conf:0"])
    #expect(
      try scene.expect(1, ["acl-lint"], as: .build).output.contains(
        "/srv/linked belongs to uid 1001"))
  }

  /// What is done to a file by another name is done to the list. A draft may have as many as it
  /// likes, and be where it likes.
  @Test func filesOfSeveralNames() throws {
    try scene.write("include more\nallow br1\n")
    try scene.testbed.write("/etc/tapster/more", "deny br1 user=student\n")
    try scene.testbed.output(["ln", "/etc/tapster/more", "/etc/tapster/again"])
    #expect(try findings() == ["hard-link@more:0"])
    let said = try scene.expect(0, ["acl-lint"])
    #expect(said.output.contains("it has 2 names"), "\(said)")
    let draft = "\(Testbed.scratch)/draft.conf"
    try scene.testbed.write(draft, "include part\nallow br1\n")
    try scene.testbed.write("\(Testbed.scratch)/part", "")
    try scene.testbed.output(["ln", draft, draft + "~"])
    #expect(try findings([draft]) == [])
  }

  /// Where a directory is what keeps people out, it is the one that has to change.
  @Test func whatHasToBeOpened() throws {
    try scene.write("allow br1\n")
    for (command, advice) in [
      ("chmod 640 \(ACLScene.acl)", "chmod a+r \(ACLScene.acl)"),
      ("chmod 750 /etc/tapster", "chmod a+x /etc/tapster"),
      (
        "chmod 750 /etc/tapster; chmod 600 \(ACLScene.acl)",
        "chmod a+x /etc/tapster && chmod a+r \(ACLScene.acl)"
      ),
    ] {
      try scene.testbed.output(["sh", "-euc", command])
      #expect(try findings() == ["list-hidden@acl.conf:0"])
      let said = try scene.expect(1, ["acl-lint"])
      #expect(said.output.contains("  \(advice)\n"), "\(said)")
      try scene.testbed.output(["sh", "-euc", advice])
      #expect(try findings() == [])
      try scene.testbed.output(["chmod", "755", "/etc/tapster"])
    }
  }

  /// An allow that only some see does not stand in another's way.
  @Test func rulesThatNotEverybodySees() throws {
    try scene.write("include red\nallow br1 taps=2\n")
    try scene.testbed.write("/etc/tapster/red", "allow br1\nallow br1 vhost\n", mode: 0o600)
    #expect(try findings() == ["file-hidden@red:0", "never-matches@red:2"])
    try scene.testbed.output(["chmod", "644", "/etc/tapster/red"])
    #expect(try findings() == ["never-matches@acl.conf:2", "never-matches@red:2"])
  }

  @Test func aFileThatIsNotYetTheList() throws {
    let draft = "\(Testbed.scratch)/draft.conf"
    try scene.write("oops\n")
    try scene.testbed.write(draft, "allow br1\n", mode: 0o664, owner: .build)
    #expect(try findings([draft]) == ["owner@draft.conf:0", "mode@draft.conf:0"])
    try scene.expect(1, ["acl-lint", draft], as: .build)
    let ended = try scene.expect(78, ["acl-lint", "\(Testbed.scratch)/nothing"])
    #expect(ended.output.contains("error: No such file or directory"))
    try scene.testbed.output(["rm", ACLScene.acl])
    #expect(try findings() == ["missing@acl.conf:0"])
  }

  /// The mark is below the place, whatever stands before it.
  @Test(
    arguments: [
      ("allow br0 user=ada taps=x", "taps=x", "x"),
      ("\tallow\tbr0 oops", "  allow  br0 oops", "oops"),
      ("allow 日本 oops", "allow 日本 oops", "oops"),
      ("allow e\u{301} oops", "allow e\u{301} oops", "oops"),
      ("allow \u{1B}[31m oops", #"allow \x1B[31m oops"#, #"\x1B"#),
      ("allow br0 \u{202E}x", #"allow br0 \xE2\x80\xAEx"#, #"\xE2"#),
      ("allow br0 user=a,,b", "user=a,,b", ",b"),
      ("allow", "allow", ""),
      ("include", "include", ""),
    ])
  func theMarkIsBelowThePlace(line: String, shown: String, marked: String) throws {
    try scene.write("# x\n\(line)\n")
    let lines = try scene.expect(78, ["acl-lint"]).output.split(separator: "\n").map(String.init)
    try #require(lines.count >= 3, "\(lines)")
    #expect(lines[0].hasPrefix("/etc/tapster/acl.conf:2:"))
    #expect(lines[1].hasSuffix(shown), "\(lines)")
    #expect(lines[2].hasSuffix("^"))
    #expect(lines[2].dropLast().allSatisfy { $0 == " " })
    // Of what is shown, the part in as many columns as the mark is behind.
    var columns = 0
    let before = lines[1].prefix { character in
      columns += character.unicodeScalars.contains { $0.value >= 0x3000 } ? 2 : 1
      return columns < lines[2].count
    }
    #expect(lines[1].dropFirst(before.count).hasPrefix(marked), "\(lines)")
  }

  /// Of a line of megabytes what is around the place is shown.
  @Test func aLongLine() throws {
    let padding = String(repeating: "x", count: 3_000_000)
    try scene.write("allow br1 oops\(padding)\nallow br1 user=\(padding) oops # \(padding)\n")
    let ended = try scene.expect(78, ["acl-lint"])
    #expect(ended.output.split(separator: "\n").allSatisfy { $0.count < 200 })
    #expect(ended.output.contains("...") && ended.output.contains("oops #"))
  }

  @Test func rulesInTheOrderInWhichTheyCount() throws {
    try scene.write(
      "allow br0 user=build,4242 taps=2 vhost\ninclude more\ndeny all group=students # x\n")
    try scene.testbed.write(
      "/etc/tapster/more", "\nallow br1 isolated mac=52:54:0:0:0:9 queues=4 persist\n")
    #expect(
      try scene.expect(0, ["--quiet", "acl-list"]).output
        == """
         allow   br0   user=build,4242   taps=2 vhost                                      \
        /etc/tapster/acl.conf:1
         allow   br1   everybody         queues=4 persist isolated mac=52:54:00:00:00:09   \
        /etc/tapster/more:2
         deny    all   group=students    -                                                 \
        /etc/tapster/acl.conf:3

        """)
    let rules = try JSON(parsing: try scene.expect(0, ["acl-list", "--json"]).output)
    #expect(rules.array.map { $0["line"].integer } == [1, 2, 3])
    #expect(rules[0]["users"].array.map(\.string) == ["build", "4242"])
    #expect(rules[1]["mac"][0].string == "52:54:00:00:00:09")
    #expect(rules[1]["persist"].bool == true && rules[2]["bridge"] == .null)
    #expect(rules[2]["text"].string == "deny all group=students")

    for (name, lines) in [("build", [1, 2]), ("student", [2, 3]), ("4242", [1, 2])] {
      let own = try scene.expect(0, ["acl-list", "--json", "--user", name])
      #expect(try JSON(parsing: own.output).array.map { $0["line"].integer } == lines)
    }
    try scene.expect(1, ["acl-list", "--user", "student"], "only root can tell", as: .build)
    try scene.expect(64, ["acl-list", "--user", "nope"], "there is no user 'nope'")
    try scene.write("oops\n")
    try scene.expect(78, ["acl-list"], "/etc/tapster/acl.conf:1:1: a line starts with")
  }

  @Test func whatAShellOffers() throws {
    func offered(_ words: String...) throws -> [String] {
      try scene.tapster(["--complete"] + words).checked().output.split(separator: "\n")
        .map(String.init)
    }
    #expect(try offered("acl-check", "") == ["br0", "br1"])
    #expect(try offered("acl-check", "--user", "").contains("build"))
    #expect(try offered("acl-add", "") == ["allow", "deny"])
    #expect(try offered("acl-add", "deny", "") == ["all", "br0", "br1"])
    #expect(try offered("acl-add", "deny", "br0", "") == ["user=", "group="])
    #expect(try offered("acl-add", "allow", "br0", "").contains("taps="))
    #expect(try offered("acl-add", "allow", "--file", "") == [":files"])
  }
}
