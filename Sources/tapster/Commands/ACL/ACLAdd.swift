internal import ACLEditing
internal import CommandSyntax
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

enum ACLAdd: Command {
  static var name: String { "acl-add" }
  static let syntax = CommandSyntax(
    name, "add a rule to the access control list",
    "Adds a rule at the end of the list, or before a line of it. Nothing else in the file changes.\n"
      + "Users and groups that only a directory has are written by number. A rule that is there\n"
      + "already, and one that would break the list, is refused. Where another rule decides for\n"
      + "whom an allow is for, that is told.",
    [AccessListOptions.rule, AccessListOptions.file, before])

  private static let before = Text(
    "before", "the line that the rule is put before", isPositional: false)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let rule = try RuleLine.typed(arguments[AccessListOptions.rule] ?? [])
    try rule.refuseStrangers()
    var place: RulePlace?
    if let text = try arguments.value(of: before) { place = try RulePlace(line: text) }
    let file = try arguments.path(of: AccessListOptions.file) ?? place?.file
    try Failure.unlessRoot()
    var (said, notes) = ("", "")
    try ListChange.make { () throws(Failure) in
      let change = try ListChange.begin(file)
      if let same = change.list.rules.first(where: { $0.meaning == rule.meaning }) {
        throw Failure(["\(same.place) says so already: \(PrintableText.escape(same.text))"])
      }
      let text: ACLText
      do throws(ACLEditError) {
        text = try change.text.inserting(rule.text, before: place?.line)
      } catch { throw Failure(["\(change.path): \(error)"], status: ExitStatus.usage.rawValue) }
      let line = place?.line ?? change.text.lineCount + 1
      let planned = try change.planned(text)
      let host = try ACLSurroundings.observed(for: planned)
      let effect = try RuleEffect(of: rule, at: line, in: change, holding: text, planned, host)
      try change.write(text)

      if change.makesFile {
        said +=
          "\(change.path) is new, and includes \(ACLReader.fallbackPath), "
          + "which counted until now\n"
      }
      said += "\(change.path):\(line): \(PrintableText.escape(rule.text))\n"
      for finding in ACLFindings.of(planned, on: host)
      where finding.file == change.path && finding.line == line && finding.severity > .note {
        // The notes tell more.
        if finding.kind == "never-matches", !effect.isWhole { continue }
        said += ACLLint.text(finding, in: planned)
      }
      notes = effect.notes
    }
    output.say(said)
    // What was done is told first.
    if !notes.isEmpty {
      output.flushEarly()
      StandardStream.error.write(PrintableText.lines(notes))
    }
  }
}
