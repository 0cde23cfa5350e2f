import Foundation
import Glibc
import TestSupport
import Testing

/// Access control lists of every wrong kind. Each refuses every request, even one that it would
/// allow, and says which file is to blame.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct HostileFilesTests {
  /// How a file is spoilt, as shell with `$file` for its path; nothing stands there before.
  enum Spoilt: String, CaseIterable, Sendable {
    case directory = "mkdir $file"
    case pipe = "mkfifo $file"
    case device = "mknod -m 644 $file c 1 5"
    case nullDevice = "mknod -m 644 $file c 1 3"
    case linkToADevice = "ln -s /dev/zero $file"
    case socket =
      "perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0); bind(S,sockaddr_un(shift)) or die' $file"
    case linkLoop = "ln -s loop /etc/tapster/loop; ln -s loop $file"
    case owned = "echo allow all >$file; chown 1001 $file"
    case ownedByStranger = "echo allow all >$file; chown 4242 $file"
    case groupWritable = "echo allow all >$file; chmod 664 $file"
    case worldWritable = "echo allow all >$file; chmod 646 $file"
    case linkToSomebodyElses =
      "echo allow all >/run/testbed/scratch/acl; chown 1001 /run/testbed/scratch/acl; ln -s /run/testbed/scratch/acl $file"
    case huge = "truncate -s 16777217 $file"
    case enormous = "truncate -s 1T $file"
    case garbage = "head -c 100000 /dev/urandom >$file"
    case zeros = "head -c 4096 /dev/zero >$file"
    case program = "cp /bin/true $file"
    case brokenAtTheEnd = "{ echo allow all; yes '# x' | head -n 100000; echo oops; } >$file"

    /// What the first line says beside the path.
    var words: String {
      switch self {
      case .directory, .pipe, .device, .nullDevice, .linkToADevice: ": not a regular file"
      case .socket: ": No such device or address"
      // The C library's words for ELOOP.
      case .linkLoop: ": "
      case .owned, .linkToSomebodyElses: ": belongs to uid 1001, not to root"
      case .ownedByStranger: ": belongs to uid 4242, not to root"
      case .groupWritable, .worldWritable: ": its group or everybody may write to it"
      case .huge, .enormous: ": too large"
      case .garbage, .zeros, .program: ":1:1: a line starts with allow, deny or include"
      case .brokenAtTheEnd: ":100002:1: a line starts with allow, deny or include"
      }
    }
  }

  private let scene: HelperScene

  init() throws { scene = try HelperScene(acl: nil) }

  private func make(_ spoilt: Spoilt, at path: String) throws {
    try scene.testbed.output(["sh", "-euc", "umask 022; file=$1; \(spoilt.rawValue)", "sh", path])
  }

  private func expectBroken(_ words: String, as caller: Credentials = .build) throws {
    let outcome = try scene.testbed.requestTap(["--br=br0"], as: caller)
    try scene.expectRefusal(outcome, .brokenACL, words)
  }

  @Test(arguments: Spoilt.allCases)
  func asTheListItself(spoilt: Spoilt) throws {
    try scene.testbed.write("/etc/qemu/bridge.conf", "allow all\n")
    try make(spoilt, at: HelperScene.acl)
    // Random bytes may start with an empty line, or with more than one line of white space.
    try expectBroken(spoilt == .garbage ? HelperScene.acl + ":" : HelperScene.acl + spoilt.words)
  }

  @Test(arguments: Spoilt.allCases)
  func asAFileThatIsIncluded(spoilt: Spoilt) throws {
    try scene.write("allow all\ninclude more.conf\n")
    try make(spoilt, at: "/etc/tapster/more.conf")
    let path = "/etc/tapster/more.conf"
    try expectBroken(spoilt == .garbage ? path + ":" : path + spoilt.words)
  }

  @Test func noListAtAll() throws { try expectBroken("there is no access control list") }

  @Test func aDanglingLinkIsNotTheAbsenceOfAList() throws {
    try scene.testbed.write("/etc/qemu/bridge.conf", "allow all\n")
    try scene.testbed.output(["ln", "-s", "/nowhere", HelperScene.acl])
    try expectBroken("\(HelperScene.acl): the link leads nowhere")
  }

  @Test func aListThatTheCallerMayNotReadIsNotTheAbsenceOfAList() throws {
    try scene.testbed.write("/etc/qemu/bridge.conf", "allow all\n")
    try scene.testbed.write(HelperScene.acl, "allow all\n", mode: 0o600)
    try expectBroken("\(HelperScene.acl): Permission denied")
    try scene.testbed.output(["chmod", "700", "/etc/tapster"])
    try expectBroken("\(HelperScene.acl): Permission denied")
  }

  @Test func linksAreFollowed() throws {
    try scene.testbed.write("/etc/static/acl", "include more\n")
    try scene.testbed.write("/etc/static/more", "allow br1\n")
    try scene.testbed.write("/etc/tapster/more", "allow br0\n")
    try scene.testbed.output(["ln", "-s", "/etc/static/acl", HelperScene.acl])
    // Relative to the path that was asked for, not to where the link leads.
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
  }

  @Test func includesThatGoRound() throws {
    try scene.write("allow all\ninclude acl.conf\n")
    try expectBroken("\(HelperScene.acl):2: the file includes itself")
    try scene.write("allow all\ninclude ../tapster/./a\n")
    try scene.testbed.write("/etc/tapster/a", "include b\n")
    try scene.testbed.write("/etc/tapster/b", "# x\n\ninclude /etc/tapster/../tapster/a\n")
    try expectBroken("b:3: the file includes itself")
    try scene.testbed.output(["ln", "-sf", "acl.conf", "/etc/tapster/b"])
    try expectBroken("a:1: the file includes itself")
  }

  @Test func includesSixteenAndSeventeenDeep() throws {
    try scene.write("include d1\n")
    for depth in 1...16 {
      try scene.testbed.write(
        "/etc/tapster/d\(depth)", depth == 16 ? "allow br0\n" : "include d\(depth + 1)\n")
    }
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
    try scene.expectNoTaps()
    try scene.testbed.write("/etc/tapster/d16", "allow br0\ninclude d17\n")
    try scene.testbed.write("/etc/tapster/d17", "\n")
    try expectBroken("d16:2: includes go more than 16 deep")
  }

  /// Two includes a file, sixteen deep, would be 65536 files.
  @Test func includesThatMultiply() throws {
    try scene.write("allow all\ninclude d1\ninclude d1\n")
    for depth in 1...15 {
      try scene.testbed.write(
        "/etc/tapster/d\(depth)",
        depth == 15 ? "# x\n" : "include d\(depth + 1)\ninclude d\(depth + 1)\n")
    }
    try expectBroken("more than 1024 files are included")
  }

  @Test func theLargestFileThereMayBe() throws {
    let line = "# " + String(repeating: "x", count: 1021) + "\n"
    let text = String(repeating: line, count: 16 * 1024 - 1)
    let rule = "allow br0\n"
    let padding = "#" + String(repeating: "y", count: 1024 - rule.utf8.count - 2) + "\n"
    try scene.write(text + padding + rule)
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
    try scene.expectNoTaps()
    try scene.write(text + padding + "#" + rule)
    try expectBroken("\(HelperScene.acl): too large")
  }

  @Test func tenThousandRules() throws {
    let rules = (0..<10_000).map { "allow br\($0 + 2) user=u\($0)\n" }.joined()
    try scene.write(rules + "allow br0 user=build\n")
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
    try scene.expectNoTaps()
    try scene.write("allow all\n" + rules + "deny br0 user=build\n")
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br0"]), .notPermitted, "acl.conf:10002 denies it")
  }

  /// What the caller may not read names nobody: but neither does it hide a deny elsewhere.
  @Test func includesByFilePermission() throws {
    try scene.write("include students.conf\ndeny br1\n")
    try scene.testbed.write(
      "/etc/tapster/students.conf", "allow br0\nallow br1\n", mode: 0o640,
      owner: Credentials(name: "root", user: 0, group: 2000))
    let granted = try scene.testbed.requestTap(["--br=br0"], as: .student)
    try scene.expectGrant(granted)
    for descriptor in granted.descriptors { descriptor.close() }
    try scene.expectNoTaps()
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br0"]), .notPermitted,
      "no rule in /etc/tapster/acl.conf allows it")
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br1"], as: .student), .notPermitted,
      "acl.conf:2 denies it")
  }

  /// A rule that needs a name cannot be decided without the names.
  @Test(arguments: ["passwd", "group"])
  func namesThatCannotBeRead(file: String) throws {
    try scene.write("allow br0\ndeny br0 user=nobody-of-that-name group=no-such-group\n")
    try scene.testbed.output(["chmod", "600", "/etc/\(file)"])
    try expectBroken("/etc/\(file): Permission denied")
    try scene.write("allow br0\ndeny br0 user=77 group=77\n")
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"]))
  }

  @Test func namesThatNobodyHas() throws {
    try scene.write(
      "deny br0 user=nobody-of-that-name\nallow br0 group=students\nallow br1 user=ghost\n")
    try scene.expectGrant(try scene.testbed.requestTap(["--br=br0"], as: .student))
    try scene.expectNoTaps()
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br0"]), .notPermitted, "user 'build' (uid 1001) may not")
    try scene.expectRefusal(
      try scene.testbed.requestTap(["--br=br1"], as: .stranger), .notPermitted, "uid 4242 may not")
  }
}
