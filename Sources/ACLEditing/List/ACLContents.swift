public import AccessControl
public import LinuxNetworking
public import LinuxTypes
public import TapBroker

/// All that an access control list says, in the order in which it counts.
public struct ACLContents: ACLReading {
  /// What an include came to that is passed over.
  public struct Skipped: Sendable {
    /// The file that has the include.
    public let file: FilePath
    /// Its line.
    public let line: Int
    /// What it names.
    public let target: FilePath
    /// Why that is not read.
    public let reason: Errno
  }

  /// A file that is to hold something else when the list has been read and found whole.
  public struct Plan: Sendable {
    /// The file as it is; nil if it is to be made.
    public let present: RegularFile?
    /// Where it is, or is to be.
    public let path: FilePath
    /// What it is to hold.
    public let contents: [UInt8]

    /// A plan of its parts.
    public init(_ path: FilePath, _ present: RegularFile?, becomes contents: [UInt8]) {
      self.path = path
      self.present = present
      self.contents = contents
    }
  }

  /// The rules.
  public private(set) var rules: [ListedRule] = []
  /// What is wrong; not more than the first thing, unless asked for all.
  public private(set) var failures: [ACLFailure] = []
  /// The files, each time that one is read.
  public private(set) var files: [(path: FilePath, file: RegularFile)] = []
  /// The includes that are passed over.
  public private(set) var skipped: [Skipped] = []

  private let goesOn: Bool
  private let plan: Plan?
  private var open: [Int] = []
  private var texts: [FilePath: ACLText] = [:]

  /// Nothing read yet. With `goesOn`, what is wrong does not end the walk; with a `plan`, the list
  /// is read as it is going to be.
  public init(goingOn goesOn: Bool = false, plan: Plan? = nil) {
    self.goesOn = goesOn
    self.plan = plan
  }

  /// What there is, or what is planned to be.
  public func file(at path: FilePath) throws(RegularFile.ReadError) -> RegularFile {
    if let plan, plan.present == nil, plan.path == path {
      return RegularFile(planned: plan.contents)
    }
    let file = try RegularFile.read(path, maximumSize: ACLReader.maximumSize)
    guard let plan, plan.present?.identity == file.identity else { return file }
    guard plan.contents.count <= ACLReader.maximumSize else { throw .tooLarge }
    return file.holding(plan.contents)
  }

  /// Notes the file.
  public mutating func enter(_ file: RegularFile, at path: FilePath) {
    open.append(files.count)
    files.append((path, file))
    if texts[path] == nil { texts[path] = ACLText(file.contents) }
  }

  /// Back to the file that includes it.
  public mutating func leave() { open.removeLast() }

  /// Notes the rule.
  public mutating func consider(_ rule: ACLRule, in text: [UInt8], of path: FilePath) {
    rules.append(ListedRule(rule, in: text, of: path, within: open))
  }

  /// Notes the include.
  public mutating func passOver(
    _ target: FilePath, _ reason: Errno, at line: ACLLine, of path: FilePath
  ) {
    skipped.append(Skipped(file: path, line: line.number, target: target, reason: reason))
  }

  /// Notes what is wrong, and stops there unless it is to go on.
  public mutating func meet(_ failure: ACLFailure) throws(ACLFailure) {
    failures.append(failure)
    if !goesOn { throw failure }
  }

  /// What the file at `path` holds, if it was read.
  public func text(of path: FilePath) -> ACLText? { texts[path] }

  /// Whether the rule in `first` is there for whoever gets to see that in `second`, if nobody but
  /// those who read `restricted` files sees what is in them.
  func isSeen(
    _ first: ListedRule, byAllWhoSee second: ListedRule, restricted: Set<FilePath>
  ) -> Bool {
    first.within.allSatisfy { second.within.contains($0) || !restricted.contains(files[$0].path) }
  }
}
