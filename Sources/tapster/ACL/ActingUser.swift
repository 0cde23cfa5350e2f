internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// The user for whom the list is read: which files he may read is the kernel's to say, so this
/// process becomes him.
enum ActingUser {
  /// Becomes the user of that name or number, or without one whoever started the process, for good
  /// and without any capability: that is how the helper reads the list.
  ///
  /// Throws if there is no such user, or if it is another and the process is not root's.
  static func assume(_ name: String?) throws(Failure) -> Credentials {
    let own: Credentials
    do throws(Errno) { own = try Credentials.realOnes() } catch {
      throw Failure(["cannot find out who asks: \(error)"])
    }
    guard let name else {
      do throws(Errno) { try Credentials.dropCapabilities() } catch {
        throw Failure(["cannot give up privileges: \(error)"])
      }
      return own
    }
    guard let account = Account.find(name) else {
      throw Failure(
        ["there is no user '\(PrintableText.escape(name.utf8))'"],
        status: ExitStatus.usage.rawValue)
    }
    let them = account.credentials
    // His own groups are those of this process, which may have others than when he logged in.
    if !EffectiveUser.isRoot, them.user == own.user { return own }
    guard EffectiveUser.isRoot else {
      throw Failure(
        ["only root can tell for another user, since it matters which files he may read"],
        advice: "try: sudo tapster …, or leave --user out")
    }
    do throws(Errno) { try them.assume() } catch {
      throw Failure(["cannot act for user '\(PrintableText.escape(name.utf8))': \(error)"])
    }
    return them
  }
}
