internal import ACLEditing
internal import CommandSyntax
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

enum ACLLint: Command {
  static var name: String { "acl-lint" }
  static let syntax = CommandSyntax(
    name, "look for mistakes in the access control list",
    "Shows every error with its place, and warns of rules that never match, of names that nobody\n"
      + "has, of denies that those they are for cannot read, and of files that others than root\n"
      + "could exchange. Ends with 78 if there are errors, with 1 if there are warnings. As root it\n"
      + "finds out who may read which file.",
    [file, AccessListOptions.json])

  private static let file = Text(
    "file", "a file that is not yet the list, as if it were", candidates: .files)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let draft = try arguments.path(of: file)
    var contents = ACLContents(goingOn: true)
    var walk = ACLWalk()
    do throws(ACLFailure) {
      if let draft {
        if !(try walk.run(&contents, from: draft)) {
          try contents.meet(.unreadable(draft, .refused(.noSuchFile)))
        }
      } else {
        try walk.run(&contents)
      }
    } catch { throw Failure(error) }
    let isDraft = draft != nil && draft != ACLReader.path && draft != ACLReader.fallbackPath
    let findings = ACLFindings.of(
      contents, on: try ACLSurroundings.observed(for: contents), isDraft: isDraft)
    if arguments[AccessListOptions.json] {
      output.show(.array(findings.map { json($0, in: contents) }))
    } else {
      for finding in findings { output.show(text(finding, in: contents)) }
      output.say(summary(findings))
    }
    switch findings.map(\.severity).max() {
    case .error: throw Failure([], status: ExitStatus.brokenACL.rawValue)
    case .warning: throw Failure([], status: 1)
    case .note, nil: break
    }
  }

  /// The finding, the line it is about, and a mark below the place.
  static func text(_ finding: ACLFinding, in contents: ACLContents) -> String {
    let place = finding.line.map { ":\($0):\(finding.column)" } ?? ""
    var text = "\(finding.file)\(place): \(finding.severity.rawValue): \(finding.message)\n"
    if let number = finding.line, let line = contents.text(of: finding.file)?.line(number) {
      text += "  \(SourceLine(Array(line), column: finding.column).text(indent: 2))\n"
    }
    if let advice = finding.advice { text += "  \(advice)\n" }
    return text
  }

  private static func json(_ finding: ACLFinding, in contents: ACLContents) -> JSONText {
    let line = finding.line.flatMap { contents.text(of: finding.file)?.line($0) }
    return .object([
      ("severity", .text(finding.severity.rawValue)), ("kind", .text(finding.kind)),
      ("file", .text(finding.file.description)),
      ("line", finding.line.map { .number($0) } ?? .null),
      ("column", finding.line.map { _ in .number(finding.column) } ?? .null),
      ("message", .text(finding.message)), ("advice", .optional(finding.advice)),
      ("text", line.map { .text(PrintableText.escape($0)) } ?? .null),
    ])
  }

  private static func summary(_ findings: [ACLFinding]) -> String {
    if findings.isEmpty { return "The access control list is in order\n" }
    let counts = [ACLFinding.Severity.error, .warning, .note].compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    return counts.joined(separator: ", ") + "\n"
  }
}
