public import AccessControl
public import LinuxNetworking
internal import LinuxTypes

/// What the system log is told of every decision, either way (facility authpriv).
public enum DecisionLog {
  /// A tap was made for the caller.
  public static func granted(
    _ request: TapRequest, to caller: Credentials, tap: [UInt8], by rule: DecidingRule
  ) {
    write(
      .information,
      "granted tap=\(PrintableText.escape(tap)) bridge=\(request.bridge.description) "
        + "uid=\(caller.user.rawValue) queues=\(request.queues) rule=\(rule.place)")
  }

  /// A request was refused.
  public static func refused(_ request: TapRequest, _ refusal: Refusal) {
    var user = "unknown"
    do throws(Errno) { user = "\(try Credentials.realOnes().user.rawValue)" } catch {}
    write(
      .notice,
      "refused bridge=\(request.bridge.description) uid=\(user) "
        + "status=\(refusal.status.rawValue): \(refusal.reason)")
  }

  private static func write(_ severity: SystemLog.Severity, _ text: String) {
    // Where there is no log daemon, as in a small container, there is nobody to tell: that stops no tap.
    do throws(Errno) {
      try SystemLog.write(program: "tapster-helper", severity: severity, text: text)
    } catch {}
  }
}
