import TestSupport
import Testing

/// The bridges `br0` and `br1`, and `tapster` beside the helper as they are installed.
struct TapCommandScene {
  let taps: PersistentTapScene
  var scene: HelperScene { taps.scene }
  var testbed: Testbed { taps.testbed }

  init(acl: String = "allow all persist queues=2 vhost\n") throws {
    taps = try PersistentTapScene(acl: acl)
    try taps.testbed.output([
      "install", "-D", "-m", "4755", Testbed.helper,
      "\(Testbed.directory)/libexec/tapster/tapster-helper",
    ])
  }

  /// Runs `tapster` with these arguments.
  func tapster(
    _ arguments: [String], as caller: Credentials = .build, environment: [String: String] = [:]
  ) throws -> Completed {
    try testbed.run([Testbed.tapster] + arguments, as: caller, environment: environment)
  }

  /// Expects that it fails so: the status, `error: ` and words, and the taps are what they were.
  @discardableResult
  func expectFailure(
    _ arguments: [String], _ status: Int32, _ words: String, as caller: Credentials = .build,
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Completed {
    let before = try scene.taps()
    let said = try tapster(arguments, as: caller, environment: environment)
    #expect(said.ending == .exited(status), "\(said)", sourceLocation: sourceLocation)
    #expect(
      said.error.hasPrefix("error: ") && said.error.contains(words), "\(said)",
      sourceLocation: sourceLocation)
    let output = said.output.filter { !$0.isWhitespace }
    #expect(output.isEmpty, "\(said)", sourceLocation: sourceLocation)
    #expect(try scene.taps() == before, "\(said)", sourceLocation: sourceLocation)
    return said
  }

  /// What `tap-list --json` shows, with further `options`.
  func list(_ options: [String] = [], as caller: Credentials = .build) throws -> [JSON] {
    try JSON(parsing: try tapster(["tap-list", "--json"] + options, as: caller).checked().output)
      .array
  }
}
