internal import AccessControl
public import LinuxNetworking
internal import LinuxTypes

/// The numbers that stand for every user and every group whom the process's user namespace does not
/// know (`man 7 user_namespaces`): the kernel shows them in the place of the real ones.
///
/// In the namespace that the system starts in, which knows all, they are ordinary numbers (of
/// `nobody`), and nil here.
public struct UnmappedIDs: Equatable, Sendable {
  /// The user's number.
  public let user: UInt32?
  /// The group's number.
  public let group: UInt32?

  /// What is in the files below `/proc`: throws if they cannot be read, for then nobody knows who
  /// is who.
  public static func read() throws(Refusal) -> UnmappedIDs {
    UnmappedIDs(
      user: try number(FilePath("/proc/self/uid_map"), FilePath("/proc/sys/kernel/overflowuid")),
      group: try number(FilePath("/proc/self/gid_map"), FilePath("/proc/sys/kernel/overflowgid")))
  }

  /// Whether `credentials` have a number that may be anybody's.
  public func isAmong(_ credentials: Credentials) -> Bool {
    credentials.user.rawValue == user || credentials.groups.contains { $0.rawValue == group }
  }

  /// Whether a map of a user namespace, the contents of `uid_map` or `gid_map`, has every number.
  public static func isWhole(_ map: [UInt8]) -> Bool {
    var known: UInt64 = 0
    for line in map.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: " "))
      guard fields.count == 3, let count = DecimalNumber.parse(fields[2]) else { return false }
      known += UInt64(count)
    }
    // All but 4294967295, which is nobody's.
    return known == UInt64(UInt32.max)
  }

  private static func number(_ map: FilePath, _ overflow: FilePath) throws(Refusal) -> UInt32? {
    if isWhole(try contents(map)) { return nil }
    let text = try contents(overflow).prefix { $0 != UInt8(ascii: "\n") }
    guard let number = DecimalNumber.parse(text) else {
      throw Refusal(.failure, "\(overflow.description): not a number")
    }
    return number
  }

  private static func contents(_ path: FilePath) throws(Refusal) -> [UInt8] {
    do throws(RegularFile.ReadError) {
      return try RegularFile.read(path, maximumSize: 1 << 16).contents
    } catch {
      throw Refusal(
        .failure, "cannot read \(path.description): \(error.description)",
        advice: "mount /proc; who is who in this user namespace stands there")
    }
  }
}
