public import AccessControl
public import LinuxNetworking
public import LinuxTypes

/// Why an access control list cannot be gone by, so that every request is refused.
public enum ACLFailure: Error, Sendable {
  /// Neither of the files that could hold it is there.
  case missing
  /// A line says something that it cannot.
  case syntax(FilePath, ACLSyntaxError)
  /// A file was not read.
  case unreadable(FilePath, RegularFile.ReadError)
  /// The link leads nowhere.
  case dangling(FilePath)
  /// A file belongs to somebody else than root.
  case notRoots(FilePath, owner: UInt32)
  /// The process's user namespace does not know whose a file is.
  case unknownOwner(FilePath)
  /// Others than root may write to a file.
  case writableByOthers(FilePath)
  /// A file includes itself, at once or by way of others.
  case cycle(FilePath, line: Int)
  /// Files include each other more than 16 deep.
  case tooDeep(FilePath, line: Int)
  /// More than 1024 files are included.
  case tooMany(FilePath, line: Int)
  /// The users' or groups' names cannot be read, and a rule needs them.
  case names(HostNames.Unreadable)
}

extension ACLFailure: CustomStringConvertible {
  /// `file:line:column: what is wrong`, as far as there are such.
  public var description: String {
    switch self {
    case .missing: "there is no access control list"
    case .syntax(let path, let error):
      "\(path.description):\(error.line):\(error.column): \(error.problem.description)"
    case .unreadable(let path, let error): "\(path.description): \(error.description)"
    case .dangling(let path): "\(path.description): the link leads nowhere"
    case .notRoots(let path, let owner): "\(path.description): belongs to uid \(owner), not to root"
    case .unknownOwner(let path):
      "\(path.description): whose it is cannot be seen in this user namespace"
    case .writableByOthers(let path):
      "\(path.description): its group or everybody may write to it"
    case .cycle(let path, let line): "\(path.description):\(line): the file includes itself"
    case .tooDeep(let path, let line):
      "\(path.description):\(line): includes go more than \(ACLReader.maximumDepth) deep"
    case .tooMany(let path, let line):
      "\(path.description):\(line): more than \(ACLReader.maximumFiles) files are included"
    case .names(let failure): "\(failure.path.description): \(failure.error.description)"
    }
  }

  /// What an administrator can do about it.
  public var advice: String {
    switch self {
    case .missing:
      "an administrator can write one: \(ACLReader.path.description), see man 5 tapster-acl.conf"
    case .notRoots(let path, _): "an administrator can run: chown root \(path.description)"
    case .unknownOwner: "nobody can go by it in here; the host's broker can: tapster-broker.socket"
    case .writableByOthers(let path): "an administrator can run: chmod go-w \(path.description)"
    default: "until an administrator mends it, every request is refused"
    }
  }
}
