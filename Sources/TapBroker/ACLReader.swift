public import AccessControl
internal import LinuxNetworking
public import LinuxTypes

/// Reads the access control list with the rights the process has, and answers one question by it.
///
/// The helper has the caller's rights by then: a file that the caller may not read is one the
/// caller gets nothing by, which is how QEMU documents grants by file permission. Source: `man 5
/// tapster-acl.conf`.
public struct ACLReader: ~Copyable {
  /// The list.
  public static let path = FilePath("/etc/tapster/acl.conf")
  /// The list where ours is not there: that of qemu-bridge-helper.
  public static let fallbackPath = FilePath("/etc/qemu/bridge.conf")
  /// How deep files may include each other.
  public static let maximumDepth = 16
  /// How many files may be read for one answer.
  public static let maximumFiles = 1024
  /// How large one file may be, in bytes.
  public static let maximumSize = 16 << 20

  private var evaluation: AccessEvaluation
  private var names = HostNames()
  private var filesRead = 0

  /// Where the answer came from: the file that was read first.
  public private(set) var mainPath = ACLReader.path

  /// Whether a rule speaks of a bridge with the name that the caller wants for the tap.
  public var tapNameIsBridges: Bool { evaluation.tapNameIsBridges }

  /// A reader that answers `question`.
  public init(_ question: AccessQuestion) { evaluation = AccessEvaluation(question) }

  /// Reads the whole list and decides. Throws for an error anywhere in it: half a list is none.
  public mutating func decide() throws(ACLFailure) -> AccessDecision {
    for path in [Self.path, Self.fallbackPath] {
      guard let file = try readMain(path) else { continue }
      mainPath = path
      try consider(file, at: path, within: [])
      return evaluation.decision
    }
    throw .missing
  }

  /// Takes every rule of `file` into account, and of what it includes, where it includes it.
  private mutating func consider(
    _ file: RegularFile, at path: FilePath, within outer: [RegularFile.Identity]
  ) throws(ACLFailure) {
    var parser = ACLParser(file.contents)
    while true {
      let statement: ACLStatement?
      do throws(ACLSyntaxError) { statement = try parser.next() } catch {
        throw .syntax(path, error)
      }
      switch statement {
      case nil: return
      case .rule(let rule):
        do throws(HostNames.Unreadable) {
          try evaluation.consider(rule, in: file.contents, of: path, names: &names)
        } catch { throw .names(error) }
      case .include(let word, let line):
        let files = outer + [file.identity]
        guard files.count <= Self.maximumDepth else { throw .tooDeep(path, line: line.number) }
        guard let target = FilePath(file.contents[word.range]).flatMap({ path.resolving($0) })
        else {
          throw .syntax(path, ACLSyntaxError(line: line.number, column: 1, problem: .badPath))
        }
        guard let included = try readIncluded(target) else { continue }
        guard !files.contains(included.identity) else { throw .cycle(path, line: line.number) }
        filesRead += 1
        guard filesRead <= Self.maximumFiles else { throw .tooMany(path, line: line.number) }
        try consider(included, at: target, within: files)
      }
    }
  }

  /// The file at `path`; nil if there is nothing at all, not even a link that leads nowhere.
  private func readMain(_ path: FilePath) throws(ACLFailure) -> RegularFile? {
    let file: RegularFile
    do throws(RegularFile.ReadError) { file = try read(path) } catch {
      guard error == .refused(.noSuchFile) else { throw .unreadable(path, error) }
      // A link that leads nowhere is somebody's list gone missing, not the absence of one.
      guard RegularFile.isLink(path) else { return nil }
      throw .dangling(path)
    }
    try Self.checkTrust(file, at: path)
    return file
  }

  /// The file at `path`; nil if it is missing, or if the caller may not read it.
  private func readIncluded(_ path: FilePath) throws(ACLFailure) -> RegularFile? {
    let file: RegularFile
    do throws(RegularFile.ReadError) { file = try read(path) } catch {
      switch error {
      case .refused(.noSuchFile), .refused(.notDirectory): return nil
      case .refused(.accessDenied): return nil
      default: throw .unreadable(path, error)
      }
    }
    try Self.checkTrust(file, at: path)
    return file
  }

  private func read(_ path: FilePath) throws(RegularFile.ReadError) -> RegularFile {
    try RegularFile.read(path, maximumSize: Self.maximumSize)
  }

  /// Throws unless `file` says what root wrote.
  private static func checkTrust(_ file: RegularFile, at path: FilePath) throws(ACLFailure) {
    guard file.owner == 0 else { throw .notRoots(path, owner: file.owner) }
    guard !file.isWritableByOthers else { throw .writableByOthers(path) }
  }
}
