internal import LinuxHost

/// The lock that whoever changes the access control list holds, so that of two changes at once none
/// is lost.
public enum AccessListLock {
  /// Waits for it, runs `body`, and gives it back; what `body` throws is in the result.
  public static func hold<Success, Failure: Error>(
    _ body: () throws(Failure) -> Success
  ) throws(EngineError) -> Result<Success, Failure> {
    try Lock.tidying { () throws(EngineError) in
      try Lock.hold(try Lock.accessList()) { _ throws(EngineError) in
        do throws(Failure) { return .success(try body()) } catch { return .failure(error) }
      }
    }
  }
}
