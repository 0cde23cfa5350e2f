internal import AccessControl
internal import LinuxNetworking
public import LinuxTypes

/// The one way through an access control list: file by file, rule by rule, includes where they
/// stand. Source: `man 5 tapster-acl.conf`.
public struct ACLWalk: ~Copyable {
  private var filesRead = 0

  /// The file that was read first.
  public private(set) var mainPath = ACLReader.path

  /// A walk that has not begun.
  public init() {}

  /// Goes through the whole list. Throws what `reading` does not go on behind.
  public mutating func run<Reading: ACLReading>(_ reading: inout Reading) throws(ACLFailure) {
    for path in [ACLReader.path, ACLReader.fallbackPath] {
      if try run(&reading, from: path) { return }
    }
    try reading.meet(.missing)
  }

  /// Goes through the list that the file at `path` and what it includes are. Returns whether there
  /// is anything at `path`, be it a link that leads nowhere.
  public mutating func run<Reading: ACLReading>(
    _ reading: inout Reading, from path: FilePath
  ) throws(ACLFailure) -> Bool {
    let file: RegularFile
    do throws(RegularFile.ReadError) { file = try reading.file(at: path) } catch {
      if error != .refused(.noSuchFile) {
        mainPath = path
        try reading.meet(.unreadable(path, error))
        return true
      }
      // A link that leads nowhere is somebody's list gone missing, not the absence of one.
      guard RegularFile.isLink(path) else { return false }
      mainPath = path
      try reading.meet(.dangling(path))
      return true
    }
    mainPath = path
    try consider(file, at: path, within: [], &reading)
    return true
  }

  /// Takes every rule of `file` into account, and of what it includes, where it includes it.
  private mutating func consider<Reading: ACLReading>(
    _ file: RegularFile, at path: FilePath, within outer: [RegularFile.Identity],
    _ reading: inout Reading
  ) throws(ACLFailure) {
    reading.enter(file, at: path)
    try checkTrust(file, at: path, &reading)
    var parser = ACLParser(file.contents)
    while true {
      let statement: ACLStatement?
      do throws(ACLSyntaxError) { statement = try parser.next() } catch {
        try reading.meet(.syntax(path, error))
        continue
      }
      switch statement {
      case nil: return reading.leave()
      case .rule(let rule): try reading.consider(rule, in: file.contents, of: path)
      case .include(let word, let line):
        try include(word, line, of: file, at: path, within: outer, &reading)
      }
    }
  }

  private mutating func include<Reading: ACLReading>(
    _ word: ACLWord, _ line: ACLLine, of file: RegularFile, at path: FilePath,
    within outer: [RegularFile.Identity], _ reading: inout Reading
  ) throws(ACLFailure) {
    let files = outer + [file.identity]
    guard files.count <= ACLReader.maximumDepth else {
      return try reading.meet(.tooDeep(path, line: line.number))
    }
    guard let target = FilePath(file.contents[word.range]).flatMap({ path.resolving($0) }) else {
      let error = ACLSyntaxError(line: line.number, column: 1, problem: .badPath)
      return try reading.meet(.syntax(path, error))
    }
    let included: RegularFile
    do throws(RegularFile.ReadError) { included = try reading.file(at: target) } catch {
      switch error {
      // It is missing, or the caller may not read it.
      case .refused(let reason)
      where reason == .noSuchFile || reason == .notDirectory || reason == .accessDenied:
        return reading.passOver(target, reason, at: line, of: path)
      default: return try reading.meet(.unreadable(target, error))
      }
    }
    guard !files.contains(included.identity) else {
      return try reading.meet(.cycle(path, line: line.number))
    }
    filesRead += 1
    guard filesRead <= ACLReader.maximumFiles else {
      return try reading.meet(.tooMany(path, line: line.number))
    }
    try consider(included, at: target, within: files, &reading)
  }

  /// Whether `owner` is the number that the process sees in the place of many: whoever reads a list
  /// there learns nothing of its owner. Where `/proc` cannot be read, it is taken for a user.
  private static func isUnknown(_ owner: UInt32) -> Bool {
    do throws(Refusal) { return try UnmappedIDs.read().user == owner } catch { return false }
  }

  /// Whether `file` says what root wrote.
  private func checkTrust<Reading: ACLReading>(
    _ file: RegularFile, at path: FilePath, _ reading: inout Reading
  ) throws(ACLFailure) {
    if file.owner != 0 {
      try reading.meet(
        Self.isUnknown(file.owner) ? .unknownOwner(path) : .notRoots(path, owner: file.owner))
    }
    if file.isWritableByOthers { try reading.meet(.writableByOthers(path)) }
  }
}
