internal import ACLEditing
internal import AccessControl
internal import CommandSyntax
internal import LinuxTypes
internal import TapBroker

enum ACLRemove: Command {
  static var name: String { "acl-remove" }
  static let syntax = CommandSyntax(
    name, "remove a rule from the access control list",
    "Removes the rule that stands at LINE or FILE:LINE, as acl-list tells, or that says what is\n"
      + "given. Nothing else in the file changes. A line that is wrong can be removed too, if the\n"
      + "list is whole then.",
    [rule, AccessListOptions.file])

  private static let rule = Words(
    "rule", "the rule, or its LINE or FILE:LINE", isRequired: true, candidates: .rule)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let words = arguments[rule] ?? []
    let place = words.count == 1 ? RulePlace(words[0]) : nil
    let wanted = place == nil ? try RuleLine.typed(words) : nil
    let file = try arguments.path(of: AccessListOptions.file) ?? place?.file
    try Failure.unlessRoot()
    var said = ""
    try ListChange.make { () throws(Failure) in
      var change = try ListChange.begin(file)
      let line: Int
      if let wanted {
        let found = try find(wanted, in: change.list, file == nil ? nil : change.path)
        if found.file != change.path { change = try ListChange.begin(found.file) }
        line = found.line
      } else {
        line = place?.line ?? 0
        try checkStatement(change, line)
      }
      let text: ACLText
      do throws(ACLEditError) { text = try change.text.removing(line) } catch {
        throw Failure(["\(change.path): \(error)"], status: ExitStatus.usage.rawValue)
      }
      _ = try change.planned(text)
      try change.write(text)
      said =
        "\(change.path):\(line) removed: "
        + "\(PrintableText.escape(change.text.line(line) ?? []))\n"
    }
    output.say(said)
  }

  /// The one rule that says what is wanted.
  private static func find(
    _ wanted: RuleLine, in list: ACLContents, _ file: FilePath?
  ) throws(Failure) -> ListedRule {
    let found = list.rules.filter {
      $0.meaning == wanted.meaning && (file == nil || $0.file == file)
    }
    // Of a file that is included twice, each rule is there twice.
    let places = Set(found.map(\.place)).sorted()
    guard let first = found.first else {
      throw Failure(
        ["no rule says: \(PrintableText.escape(wanted.rule))"],
        advice: "tapster acl-list shows the rules and their places")
    }
    guard places.count == 1 else {
      throw Failure(
        ["\(places.count) rules say so: \(places.joined(separator: ", "))"],
        advice: "name one of them: tapster acl-remove \(places[0])")
    }
    return first
  }

  /// Throws unless the line says something.
  private static func checkStatement(_ change: ListChange, _ line: Int) throws(Failure) {
    if change.makesFile {
      throw Failure(
        ["there is no \(change.path)"],
        advice: "tapster acl-list shows the rules and their places: FILE:LINE")
    }
    guard let bytes = change.text.line(line) else { return }
    var parser = ACLParser(Array(bytes))
    // What is no statement either may well be what is to go.
    do throws(ACLSyntaxError) { if try parser.next() != nil { return } } catch { return }
    throw Failure(["\(change.path):\(line) is empty or a comment, and no rule"])
  }
}
