import Foundation
import TestSupport
import Testing

/// `acl-check` and the helper decide the same, by the same rule, whoever asks and whoever asks for
/// him.
@Suite(.requiresTapster, .requiresHelper, .timeLimit(.minutes(10)))
struct SameAnswerTests {
  private let scene: ACLScene

  init() throws { scene = try ACLScene() }

  private static let callers: [Credentials] = [.build, .student, .root, .stranger]

  /// The helper's answer to `caller`, and that of `acl-check`: to himself, and to root for him.
  private func compare(
    _ arguments: [String], as caller: Credentials, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Int32? {
    let bridge = arguments[0]
    let helper = try scene.testbed.run(
      [Testbed.helper, "--check", "--br=\(bridge)"] + arguments.dropFirst(), as: caller)
    let own = try scene.tapster(["acl-check", bridge] + arguments.dropFirst(), as: caller)
    let others = try scene.tapster(
      ["acl-check", "--user", caller.name, bridge] + arguments.dropFirst())
    for ours in [own, others] {
      #expect(ours.status == helper.status, "\(helper)\n\(ours)", sourceLocation: sourceLocation)
      // The helper's answer is the beginning of ours.
      #expect(
        ours.output.hasPrefix(helper.output), "\(helper)\n\(ours)", sourceLocation: sourceLocation)
      let reason = helper.error.split(separator: "\n").first?.dropFirst("tapster-helper: ".count)
      let ourReason = ours.error.split(separator: "\n").first?.dropFirst("error: ".count)
      #expect(ourReason == reason, "\(helper)\n\(ours)", sourceLocation: sourceLocation)
    }
    return helper.status
  }

  @Test(
    arguments: [
      "", "allow br0\n", "deny br0\nallow all\n", "allow all\ndeny other user=build\n",
      "allow br0 user=build taps=2 queues=4 vhost isolated mac=52:54:00:00:00:09\n",
      "allow br0 group=students\n", "allow br0 group=1002 persist\n", "allow all user=4242,root\n",
      "deny all group=students\nallow br0\n", "allow br0 user=nobody-of-that-name\n",
      "include more\ndeny br1 user=build\n", "include hidden\nallow br1 taps=1\n",
      "include students\nallow br0 user=build\n", "include gone\nallow other\n",
      "allow br0\noops\n", "include acl.conf\n", "include writable\nallow all\n",
    ])
  func manyLists(text: String) throws {
    try scene.write(text)
    try scene.testbed.write("/etc/tapster/more", "allow br1 user=build,student queues=2\n")
    try scene.testbed.write("/etc/tapster/hidden", "deny all\n", mode: 0o600)
    try scene.testbed.write("/etc/tapster/writable", "", mode: 0o666)
    try scene.testbed.write(
      "/etc/tapster/students", "allow br0 vhost\ndeny br1\n", mode: 0o640,
      owner: Credentials(name: "root", user: 0, group: 2000))
    for caller in Self.callers {
      for bridge in ["br0", "other", "br1", "br2", "lo"] {
        _ = try compare([bridge], as: caller)
      }
      _ = try compare(["br0", "--queues=3", "--vhost"], as: caller)
      _ = try compare(["br0", "--persist"], as: caller)
    }
  }

  /// A directory that the user may not look into hides what is in it, whatever the file's own mode.
  @Test func directoriesCount() throws {
    try scene.write("include acl.d/deny\nallow br0\n")
    try scene.testbed.write("/etc/tapster/acl.d/deny", "deny all\n")
    #expect(try compare(["br0"], as: .build) == 77)
    try scene.testbed.output(["chmod", "750", "/etc/tapster/acl.d"])
    #expect(try compare(["br0"], as: .build) == 0)
    #expect(try compare(["br0"], as: .root) == 77)
    try scene.testbed.output(["chgrp", "students", "/etc/tapster/acl.d"])
    #expect(try compare(["br0"], as: .student) == 77)
    // Root has no more rights here than anybody, as in the helper.
    try scene.testbed.output(["chmod", "000", "/etc/tapster/acl.d/deny"])
    #expect(try compare(["br0"], as: .root) == 0)
    try scene.testbed.output(["chmod", "700", "/etc/tapster"])
    #expect(try compare(["br0"], as: .build) == 78)
  }

  /// The broker gives a subordinate id nothing; that is told beside what the list says, which a
  /// set-user-ID helper goes by.
  @Test func subordinateIDs() throws {
    try scene.write("allow br0 user=200007 taps=1\n")
    try scene.testbed.write("/etc/subuid", "build:200000:65536\n")
    let words = "uid 200007 is a subordinate id of 'build' (/etc/subuid), which gets no taps"
    let subordinate = Credentials(name: "200007", user: 200_007, group: 200_007)
    for (bridge, status) in [("br0", Int32(0)), ("br1", 77)] {
      #expect(try compare([bridge], as: subordinate) == status)
      for caller in [subordinate, .root] {
        let user = caller.name == "root" ? ["--user", "200007"] : []
        let said = try scene.tapster(["acl-check", bridge] + user, as: caller)
        #expect(
          (said.output + said.error).contains(
            "the broker gives nothing, whatever the list says: \(words)\n"), "\(said)")
        let json = try JSON(
          parsing: try scene.tapster(["acl-check", bridge, "--json"] + user, as: caller).output)
        #expect(json["allowed"].bool == (status == 0) && json["broker-refusal"].string == words)
      }
    }
    // Of others nothing is said.
    let others = try scene.tapster(["acl-check", "br0", "--user", "build"])
    #expect(!others.error.contains("broker"), "\(others)")
    let json = try scene.tapster(["acl-check", "br0", "--user", "build", "--json"])
    #expect(try JSON(parsing: json.output)["broker-refusal"] == .null)
    // Nor does it serve anybody while it cannot know.
    try scene.testbed.write("/etc/subuid", "build:0x30d40:65536\n")
    let unclear = try scene.expect(77, ["acl-check", "br0"], "/etc/subuid:1: not", as: .build)
    #expect(unclear.error.contains("the broker refuses every request"))
  }

  @Test func listsOfQemus() throws {
    var statuses: Set<Int32?> = []
    for one in DifferentialCase.pairs + DifferentialCase.spellings + DifferentialCase.files
    where one.arguments == ["--br=br0"] {
      for file in one.files {
        try scene.testbed.write(file.path, file.contents, mode: file.mode, owner: file.owner)
      }
      if let acl = one.acl {
        try scene.testbed.write(ACLScene.qemus, acl, mode: one.mode, owner: one.owner)
      }
      statuses.insert(try compare(["br0"], as: one.caller))
      try scene.testbed.output(["rm", "-rf", ACLScene.qemus] + one.files.map(\.path))
    }
    #expect(statuses.isSuperset(of: [0, 77]))
  }

  /// What is left is what the kernel will give: the lowest numbers that are free below the limit.
  @Test func tapsThatAreLeft() throws {
    try scene.write("allow br0 user=build taps=3\nallow br1 taps=1\n")
    func left() throws -> (Int?, Int?) {
      let answer = try JSON(
        parsing: try scene.tapster(["acl-check", "br0", "--json"], as: .build).checked().output)
      return (answer["taps"]["used"].integer, answer["taps"]["left"].integer)
    }
    #expect(try left() == (0, 3))
    let first = try scene.testbed.requestTap(["--br=br0"])
    let second = try scene.testbed.requestTap(["--br=br0"])
    let other = try scene.testbed.requestTap(["--br=br1"])
    #expect(first.isGrant() && second.isGrant() && other.isGrant())
    #expect(try left() == (2, 1))
    // Number 0 is free then, number 1 is not; and of one limit only lower numbers count.
    for descriptor in first.descriptors { descriptor.close() }
    let deadline = Deadline(after: .patience)
    while try left() != (1, 2), deadline.milliseconds > 0 { sched_yield() }
    #expect(try left() == (1, 2))
    try scene.write("allow br0 user=build taps=1\n")
    #expect(try left() == (1, 1))
    let granted = try scene.testbed.requestTap(["--br=br0"])
    #expect(granted.isGrant())
    #expect(try left() == (2, 0))
    #expect(try !scene.testbed.requestTap(["--br=br0"]).isGrant())
    withExtendedLifetime((second, other, granted)) {}
  }
}
