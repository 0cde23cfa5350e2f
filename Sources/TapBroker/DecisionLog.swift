internal import AccessControl
public import LinuxNetworking
public import LinuxTypes

/// What the system log is told of every decision, either way (facility authpriv).
///
/// Where there is no log daemon, as in a small container, there is nobody to tell: that stops no
/// tap.
public struct DecisionLog: ~Copyable {
  private let log: SystemLog

  /// Opens the way to the system log.
  public init() throws(Refusal) {
    do throws(Errno) { log = try SystemLog(program: "tapster-helper") } catch {
      throw Refusal(.failure, "cannot open a socket for the system log: \(error.description)")
    }
  }

  /// A tap was made for `caller`.
  public borrowing func granted(
    _ request: TapRequest, to caller: Credentials, _ tap: borrowing GrantedTap
  ) {
    write(
      .information,
      "granted tap=\(PrintableText.escape(tap.name)) bridge=\(request.bridge.description) "
        + "uid=\(caller.user.rawValue) queues=\(request.queues)"
        + (request.isPersistent ? " persistent" : "") + " rule=\(tap.rule.place)")
  }

  /// The tap `name` of `caller` was removed at his wish.
  public borrowing func removed(_ name: [UInt8], of caller: Credentials) {
    write(
      .information, "removed tap=\(PrintableText.escape(name)) uid=\(caller.user.rawValue)")
  }

  /// A request of the process's real user was refused.
  public borrowing func refused(_ request: TapRequest, _ refusal: Refusal) {
    refused("bridge=\(request.bridge.description)", refusal)
  }

  /// A wish of the process's real user to remove the tap `name` was refused.
  public borrowing func refused(removalOf name: InterfaceName, _ refusal: Refusal) {
    refused("removal=\(name.description)", refusal)
  }

  private borrowing func refused(_ wish: String, _ refusal: Refusal) {
    var user = "unknown"
    do throws(Errno) { user = "\(try Credentials.realUser().rawValue)" } catch {}
    write(
      .notice, "refused \(wish) uid=\(user) status=\(refusal.status.rawValue): \(refusal.reason)")
  }

  private borrowing func write(_ severity: SystemLog.Severity, _ text: String) {
    do throws(Errno) { try log.write(severity, text) } catch {}
  }
}
