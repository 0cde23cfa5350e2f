internal import AccessControl
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// What there is to say of an access control list: errors, rules that never match, names that
/// nobody has, files that not everybody can read, or that others than root could exchange.
public enum ACLFindings {
  /// All findings, as the list goes.
  ///
  /// With `isDraft` the owners and modes of files are not yet what they have to be.
  public static func of(
    _ contents: ACLContents, on host: ACLSurroundings, isDraft: Bool = false
  ) -> [ACLFinding] {
    var findings = contents.failures.map { finding($0, in: contents, isDraft: isDraft) }
    findings += contents.skipped.map(finding)
    findings += hiddenFiles(contents, host)
    findings += places(of: contents, host, isDraft: isDraft)
    let reach = RuleReach(contents, host)
    var told: Set<[UInt8]> = []
    for rule in contents.rules {
      findings += names(in: rule, host)
      if let interface = bridge(of: rule, host),
        told.insert(rule.meaning.bridge?.bytes ?? []).inserted
      {
        findings.append(interface)
      }
      if let digits = slots(of: rule, host) { findings.append(digits) }
      findings += hiddenDenies(rule, contents, host)
      if let shadow = reach.finding(for: rule) { findings.append(shadow) }
    }
    let order = Dictionary(
      contents.files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    let sorted = findings.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      return (order[a.file] ?? -1, a.line ?? 0, a.column, left.offset)
        < (order[b.file] ?? -1, b.line ?? 0, b.column, right.offset)
    }
    // A file that is included twice is not wrong twice.
    var known: Set<ACLFinding> = []
    return sorted.map(\.element).filter { known.insert($0).inserted }
  }

  // MARK: Errors

  private static func finding(
    _ failure: ACLFailure, in contents: ACLContents, isDraft: Bool
  ) -> ACLFinding {
    switch failure {
    case .missing:
      return ACLFinding(
        .error, "missing", ACLReader.path, "there is no access control list",
        advice: failure.advice)
    case .syntax(let path, let error):
      let advice = contents.text(of: path)?.line(error.line)
        .flatMap { NearMiss.advice(for: error, in: Array($0)) }
      return ACLFinding(
        .error, "syntax", path, line: error.line, column: error.column,
        error.problem.description, advice: advice)
    case .unreadable(let path, let error):
      return ACLFinding(.error, "unreadable", path, error.description)
    case .dangling(let path):
      return ACLFinding(.error, "dangling", path, "the link leads nowhere")
    case .notRoots(let path, let owner):
      return ACLFinding(
        isDraft ? .warning : .error, "owner", path, "belongs to uid \(owner), not to root",
        advice: "chown root \(path.description)")
    case .unknownOwner(let path):
      return ACLFinding(
        .note, "owner-unseen", path, "whose it is cannot be seen in this user namespace")
    case .writableByOthers(let path):
      return ACLFinding(
        isDraft ? .warning : .error, "mode", path, "its group or everybody may write to it",
        advice: "chmod go-w \(path.description)")
    case .cycle(let path, let line):
      return ACLFinding(.error, "cycle", path, line: line, "the file includes itself")
    case .tooDeep(let path, let line):
      return ACLFinding(
        .error, "depth", path, line: line,
        "includes go more than \(ACLReader.maximumDepth) deep")
    case .tooMany(let path, let line):
      return ACLFinding(
        .error, "files", path, line: line,
        "more than \(ACLReader.maximumFiles) files are included")
    case .names(let failure):
      return ACLFinding(.error, "names", failure.path, failure.error.description)
    }
  }

  private static func finding(_ skipped: ACLContents.Skipped) -> ACLFinding {
    skipped.reason == .accessDenied
      ? ACLFinding(
        .note, "include-hidden", skipped.file, line: skipped.line,
        "you may not read \(skipped.target.description): it is as if empty for you")
      : ACLFinding(
        .note, "include-missing", skipped.file, line: skipped.line,
        "\(skipped.target.description) does not exist: it is as if empty")
  }

  // MARK: Names

  private static func names(in rule: ListedRule, _ host: ACLSurroundings) -> [ACLFinding] {
    func finding(
      _ word: RuleMeaning.Word, _ what: String, _ file: String, _ known: [[UInt8]: UInt32],
      _ elsewhere: [[UInt8]: UInt32]
    ) -> ACLFinding? {
      guard DecimalNumber.parse(word.bytes) == nil, known[word.bytes] == nil else { return nil }
      let name = PrintableText.escape(word.bytes)
      let effect = rule.meaning.verb == .allow ? "gives nobody anything" : "stops nobody"
      if let number = elsewhere[word.bytes] {
        return ACLFinding(
          .warning, "\(what)-of-directory", rule, at: word.offset,
          "\(what) '\(name)' is not in \(file), where names are looked up: it \(effect)",
          advice: "write the number: \(number)")
      }
      return ACLFinding(
        .warning, "unknown-\(what)", rule, at: word.offset,
        "there is no \(what) '\(name)': it \(effect)")
    }
    return rule.meaning.users.compactMap {
      finding($0, "user", "/etc/passwd", host.users, host.directoryUsers)
    }
      + rule.meaning.groups.compactMap {
        finding($0, "group", "/etc/group", host.groups, host.directoryGroups)
      }
  }

  private static func bridge(of rule: ListedRule, _ host: ACLSurroundings) -> ACLFinding? {
    guard let word = rule.meaning.bridge else { return nil }
    let name = PrintableText.escape(word.bytes)
    guard let interface = host.interfaces[word.bytes] else {
      return ACLFinding(
        .note, "no-bridge", rule, at: word.offset,
        "there is no bridge '\(name)' now; its network may be down")
    }
    guard interface.isBridge else {
      return ACLFinding(
        .warning, "not-a-bridge", rule, at: word.offset, "'\(name)' is not a bridge")
    }
    guard interface.hasPinnedAddress == false, rule.meaning.verb == .allow else { return nil }
    let address = interface.address.map { " address \($0)" } ?? " address ADDRESS"
    return ACLFinding(
      .warning, "bridge-address", rule, at: word.offset,
      "the MAC address of '\(name)' is not set: it changes with the bridge's ports",
      advice: "ip link set dev \(interface.name.description)\(address)")
  }

  /// More taps than there are names for: the kernel writes the slot into what is left of 15 bytes.
  private static func slots(of rule: ListedRule, _ host: ACLSurroundings) -> ACLFinding? {
    guard let taps = rule.meaning.taps, let word = rule.meaning.bridge,
      let interface = host.interfaces[word.bytes]
    else { return nil }
    for user in rule.meaning.users {
      guard let number = DecimalNumber.parse(user.bytes) ?? host.users[user.bytes],
        let name = UserID(number).flatMap({ TapName(user: $0, bridge: interface.index) }),
        taps > name.capacity
      else { continue }
      return ACLFinding(
        .warning, "too-many-taps", rule, at: user.offset,
        "uid \(number) can have \(name.capacity) taps on this bridge, not \(taps): "
          + "a tap's name has no room for more")
    }
    return nil
  }

  // MARK: Where files are

  /// What others can do to a file that is root's, and that they may not write to.
  private static func places(
    of contents: ACLContents, _ host: ACLSurroundings, isDraft: Bool
  ) -> [ACLFinding] {
    var findings: [ACLFinding] = []
    // Where a draft is it does not stay.
    let draft = isDraft ? contents.files.first?.path : nil
    var told = Set(draft.flatMap { host.placements[$0]?.directories.map(\.path) } ?? [])
    for entry in contents.files {
      guard let place = host.placements[entry.path] else { continue }
      for directory in place.directories where told.insert(directory.path).inserted {
        findings += exchanges(in: directory, of: entry.path)
      }
      guard place.linkCount > 1, entry.path != draft else { continue }
      findings.append(
        ACLFinding(
          .note, "hard-link", entry.path,
          "it has \(place.linkCount) names: what a program of root's does to it by another one, "
            + "such as chown -R, is done to the list, and acl-add changes it by this one alone",
          advice: "find / -xdev -samefile \(entry.path.description) shows them"))
    }
    return findings
  }

  /// Who may write to a directory can remove names in it, and make links to any other file of
  /// root's.
  private static func exchanges(
    in directory: ACLSurroundings.Placement.Directory, of file: FilePath
  ) -> [ACLFinding] {
    let path = directory.path.description
    let effect = "can take this file away, or put another one of root's in its place"
    var findings: [ACLFinding] = []
    if directory.owner != 0 {
      findings.append(
        ACLFinding(
          .warning, "directory-owner", file,
          "\(path) belongs to uid \(directory.owner), who \(effect)",
          advice: "chown root \(path)"))
    }
    if directory.isWritableByOthers {
      findings.append(
        ACLFinding(
          .warning, "directory-mode", file,
          "the group of \(path), or everybody, may write there: who may \(effect)",
          advice: "chmod go-w \(path)"))
    }
    return findings
  }

  // MARK: Who can read what

  private static func hiddenFiles(
    _ contents: ACLContents, _ host: ACLSurroundings
  ) -> [ACLFinding] {
    contents.files.enumerated().compactMap { index, entry in
      guard host.hidden.contains(.init(entry.path, from: .everybody)) else { return nil }
      if index > 0 {
        return ACLFinding(
          .note, "file-hidden", entry.path,
          "not everybody may read it: for who may not, it is as if empty")
      }
      return ACLFinding(
        .warning, "list-hidden", entry.path,
        "not everybody may read it: who may not is refused everything",
        advice: opening(entry.path, host.placements[entry.path]))
    }
  }

  /// The commands that let everybody read a file: it may be a directory that is in the way.
  private static func opening(_ path: FilePath, _ place: ACLSurroundings.Placement?) -> String {
    let closed = place?.directories.filter { !$0.isSearchableByAll } ?? []
    var commands = closed.map { "chmod a+x \($0.path.description)" }
    if closed.isEmpty || (place.map { $0.mode & 0o004 == 0 } ?? true) {
      commands.append("chmod a+r \(path.description)")
    }
    return commands.joined(separator: " && ")
  }

  /// A deny that those it is for cannot see, or not all of them.
  private static func hiddenDenies(
    _ rule: ListedRule, _ contents: ACLContents, _ host: ACLSurroundings
  ) -> [ACLFinding] {
    guard rule.meaning.verb == .deny else { return [] }
    for index in rule.within.dropFirst() {
      let path = contents.files[index].path
      for subject in rule.meaning.subjects where host.hidden.contains(.init(path, from: subject)) {
        let whom: String =
          switch subject {
          case .everybody: "not everybody may"
          case .user(let name): "user '\(PrintableText.escape(name))' may not"
          case .group(let name): "the members of '\(PrintableText.escape(name))' may not"
          }
        return [
          ACLFinding(
            .warning, "hidden-deny", rule,
            "\(whom) read \(path.description), so this deny does not stop them",
            advice: "put it into \(contents.files[0].path.description)")
        ]
      }
    }
    return []
  }
}
