import TestSupport
import Testing

/// Files of every size that decisions depend on. What the C library asks of the kernel for memory,
/// and when it gives it back, depends on how much it is: the system call filters have to know all
/// of its ways.
@Suite(.requiresHelper, .timeLimit(.minutes(10)))
struct FileSizesTests {
  /// A file, and a line that may stand in it any number of times without meaning anything.
  struct Padded: Sendable, CustomTestStringConvertible {
    var path: String
    var line: String
    var testDescription: String { path }
  }

  @Test(arguments: [
    Padded(path: "/etc/tapster/acl.conf", line: "# nothing\n"),
    Padded(path: "/etc/passwd", line: "somebody:x:50000:50000::/:/bin/false\n"),
    Padded(path: "/etc/group", line: "somebodies:x:50000:somebody\n"),
    Padded(path: "/etc/subuid", line: "somebody:600000:65536\n"),
  ])
  func noSizeChangesTheDecision(file: Padded) throws {
    let scene = try BrokerScene(acl: "allow br1 group=students\nallow br0 user=build\n")
    let contents = scene.testbed.exists(file.path) ? try scene.testbed.read(file.path) : ""
    for size in stride(from: 512, to: 40_000, by: 509) {
      let lines = String(repeating: file.line, count: size / file.line.utf8.count)
      try scene.testbed.write(file.path, contents + lines)
      let check = ["--check", "--br=br0"]
      let said = try scene.testbed.run([Testbed.helper] + check, as: .build)
      try #require(said.succeeded, "\(size) bytes: \(said)")
      let answer = try scene.ask(check)
      try #require(answer.bytes.first == 0, "\(size) bytes: \(answer.text)")
    }
    try scene.expectGrant(try scene.ask(["--br=br0"]))
  }
}
