import TestSupport

/// One access control list and one command line, for both helpers.
struct DifferentialCase: Sendable, CustomStringConvertible {
  /// A file beside the list.
  struct File: Sendable {
    var path: String
    var contents: String
    var mode = 0o644
    var owner = Credentials.root
  }

  /// What a helper decides: a tap on that bridge, or none.
  enum Decision: Equatable, Sendable {
    case granted(on: String)
    case refused
    case crashed
  }

  /// The list's text; nil if there is none.
  var acl: String?
  /// Its mode and owner.
  var mode = 0o644
  var owner = Credentials.root
  /// What it includes.
  var files: [File] = []
  /// The arguments, but for `--fd=3`, which is appended if no `--fd` is among them.
  var arguments = ["--br=br0"]
  var caller = Credentials.build
  /// Why the decisions differ, and what each is; nil if they must not.
  var difference: (name: IntendedDifference, qemu: Decision, ours: Decision)?

  init(_ acl: String?, _ arguments: [String] = ["--br=br0"]) {
    self.acl = acl
    self.arguments = arguments
  }

  /// A case in which QEMU's helper grants a tap on `bridge` and ours refuses.
  static func stricter(
    _ name: IntendedDifference, _ acl: String?, _ arguments: [String] = ["--br=br0"],
    files: [File] = [], on bridge: String = "br0"
  ) -> Self {
    var new = Self(acl, arguments)
    new.files = files
    new.difference = (name, .granted(on: bridge), .refused)
    return new
  }

  /// A case in which ours grants a tap on `bridge` and QEMU's refuses.
  static func kinder(
    _ name: IntendedDifference, _ acl: String?, _ arguments: [String] = ["--br=br0"],
    files: [File] = [], on bridge: String = "br0"
  ) -> Self {
    var new = Self(acl, arguments)
    new.files = files
    new.difference = (name, .refused, .granted(on: bridge))
    return new
  }

  /// A case in which a signal ends QEMU's and ours refuses.
  static func crashing(_ name: IntendedDifference, _ acl: String?, files: [File] = []) -> Self {
    var new = Self(acl)
    new.files = files
    new.difference = (name, .crashed, .refused)
    return new
  }

  func with(_ change: (inout Self) -> Void) -> Self {
    var new = self
    change(&new)
    return new
  }

  var description: String {
    let text = acl.map { String($0.debugDescription.prefix(200)) } ?? "no list"
    return "\(text) \(files.map(\.path)) \(arguments) as \(caller.name)"
  }
}
