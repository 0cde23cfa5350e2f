internal import ACLEditing
internal import CommandSyntax
internal import LinuxTypes
internal import TapBroker

/// Options that several commands of the access control list have.
enum AccessListOptions {
  static let json = Flag("json", "print JSON")
  static let rule = Words(
    "rule", "the rule, quoted or not: allow BRIDGE user=NAME taps=N", isRequired: true,
    candidates: .rule)
  static let file = Text(
    "file", "the file of the list that is changed; by default the list's own", isPositional: false,
    candidates: .files)
}

extension Arguments {
  /// The path that an option says.
  func path(of option: Text) throws(Failure) -> FilePath? {
    guard let text = try value(of: option) else { return nil }
    guard let path = FilePath(Array(text.utf8)) else {
      throw Failure(["'\(text)' is not a path"], status: ExitStatus.usage.rawValue)
    }
    return path
  }
}

extension RuleLine {
  /// The rule that is typed, with numbers for users and groups that only a directory has. Throws if
  /// it is none, or speaks of somebody who is not there.
  static func typed(_ words: [String]) throws(Failure) -> RuleLine {
    let text = Array(words.joined(separator: " ").utf8)
    do throws(ACLEditError) {
      let line = try RuleLine(text)
      let names = try? ACLSurroundings.names(in: [line.meaning])
      return try line.numbered(
        users: names?.directoryUsers ?? [:], groups: names?.directoryGroups ?? [:])
    } catch { throw Failure(error, in: text) }
  }

  /// Throws if the rule names somebody who is not there.
  func refuseStrangers() throws(Failure) {
    let names = try ACLSurroundings.names(in: [meaning])
    for (what, words, known) in [
      ("user", meaning.users, names.users), ("group", meaning.groups, names.groups),
    ] {
      for word in words where DecimalNumber.parse(word.bytes) == nil && known[word.bytes] == nil {
        throw Failure(
          ["there is no \(what) '\(PrintableText.escape(word.bytes))'"],
          advice: "of somebody who is still to come, write the number",
          status: ExitStatus.usage.rawValue)
      }
    }
  }
}
