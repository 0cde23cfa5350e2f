public import AccessControl
public import LinuxNetworking
public import LinuxTypes

/// What is done with an access control list while ``ACLWalk`` goes through it.
///
/// For the helper that is to decide, and to stop at the first thing that is wrong.
public protocol ACLReading {
  /// The file at `path`, read with the rights that the process has. Throws if it cannot be had.
  mutating func file(at path: FilePath) throws(RegularFile.ReadError) -> RegularFile
  /// What follows, until ``leave()``, is in `file`.
  mutating func enter(_ file: RegularFile, at path: FilePath)
  /// The file that was entered last has been read.
  mutating func leave()
  /// Takes the next rule, in the order in which they count; `text` is what its file holds.
  mutating func consider(_ rule: ACLRule, in text: [UInt8], of path: FilePath) throws(ACLFailure)
  /// The include at `line` of the file at `path` is as if it were empty: its target is missing, or
  /// may not be read.
  mutating func passOver(_ target: FilePath, _ reason: Errno, at line: ACLLine, of path: FilePath)
  /// Something is wrong. Throws to stop there; or else the walk goes on behind it.
  mutating func meet(_ failure: ACLFailure) throws(ACLFailure)
}

extension ACLReading {
  /// What the file system has.
  public mutating func file(at path: FilePath) throws(RegularFile.ReadError) -> RegularFile {
    try RegularFile.read(path, maximumSize: ACLReader.maximumSize)
  }

  /// Nothing, unless told otherwise.
  public mutating func enter(_ file: RegularFile, at path: FilePath) {}

  /// Nothing, unless told otherwise.
  public mutating func leave() {}

  /// Nothing, unless told otherwise.
  public mutating func passOver(
    _ target: FilePath, _ reason: Errno, at line: ACLLine, of path: FilePath
  ) {}

  /// Stops, unless told otherwise: half a list is none.
  public mutating func meet(_ failure: ACLFailure) throws(ACLFailure) { throw failure }
}
