public import LinuxTypes

/// What a host has of that which an access control list speaks of.
public struct ACLSurroundings: Sendable {
  /// An interface that a rule names as a bridge.
  public struct Interface: Sendable {
    /// Its own name.
    public let name: InterfaceName
    /// Its number.
    public let index: InterfaceIndex
    /// Whether it is a bridge.
    public let isBridge: Bool
    /// Whether somebody gave it its MAC address, which then stays; nil if that is not known.
    public let hasPinnedAddress: Bool?
    /// Its MAC address.
    public let address: MACAddress?

    /// An interface of its parts.
    public init(
      name: InterfaceName, index: InterfaceIndex, isBridge: Bool, hasPinnedAddress: Bool?,
      address: MACAddress?
    ) {
      self.name = name
      self.index = index
      self.isBridge = isBridge
      self.hasPinnedAddress = hasPinnedAddress
      self.address = address
    }
  }

  /// A subject that may not read a file.
  public struct Hidden: Hashable, Sendable {
    /// The subject.
    public let subject: ACLSubject
    /// The file.
    public let file: FilePath

    /// That `subject` may not read `file`.
    public init(_ file: FilePath, from subject: ACLSubject) {
      self.file = file
      self.subject = subject
    }
  }

  /// Where a file lies, and who may read it there.
  public struct Placement: Sendable {
    /// A directory on the way to it.
    public struct Directory: Hashable, Sendable {
      /// Its path, without links.
      public let path: FilePath
      /// Its owner's number.
      public let owner: UInt32
      /// Its permissions (`man 7 inode`).
      public let mode: UInt32

      /// A directory of its parts.
      public init(path: FilePath, owner: UInt32, mode: UInt32) {
        self.path = path
        self.owner = owner
        self.mode = mode
      }

      /// Whether its group or everybody may take away what is in it, or give its name to something
      /// else: with the sticky bit nobody may but whose it is.
      var isWritableByOthers: Bool { mode & 0o022 != 0 && mode & 0o1000 == 0 }
      /// Whether everybody may look up names in it.
      var isSearchableByAll: Bool { mode & 0o001 != 0 }
    }

    /// The directories on the way to it, the root first.
    public let directories: [Directory]
    /// Its permissions.
    public let mode: UInt32
    /// How many names it has.
    public let linkCount: Int

    /// A placement of its parts.
    public init(directories: [Directory], mode: UInt32, linkCount: Int) {
      self.directories = directories
      self.mode = mode
      self.linkCount = linkCount
    }
  }

  /// The numbers of the users that `/etc/passwd` has, by name.
  public var users: [[UInt8]: UInt32] = [:]
  /// The numbers of the groups that `/etc/group` has, by name.
  public var groups: [[UInt8]: UInt32] = [:]
  /// The numbers of users whom a directory has, and `/etc/passwd` has not.
  public var directoryUsers: [[UInt8]: UInt32] = [:]
  /// The numbers of groups that a directory has, and `/etc/group` has not.
  public var directoryGroups: [[UInt8]: UInt32] = [:]
  /// The interfaces that have a name which a rule has.
  public var interfaces: [[UInt8]: Interface] = [:]
  /// Who may not read what.
  public var hidden: Set<Hidden> = []
  /// Where the list's files lie, as far as that could be seen.
  public var placements: [FilePath: Placement] = [:]

  /// A host that has nothing.
  public init() {}

  /// A subject by number, as far as the helper knows that.
  func resolved(_ subject: ACLSubject) -> ACLSubject {
    switch subject {
    case .everybody: subject
    case .user(let name): .user(users[name].map { Array("\($0)".utf8) } ?? name)
    case .group(let name): .group(groups[name].map { Array("\($0)".utf8) } ?? name)
    }
  }
}
