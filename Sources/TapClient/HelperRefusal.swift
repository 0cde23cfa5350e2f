/// What the helper said when it gave nothing.
public struct HelperRefusal: Equatable, Sendable {
  /// Its exit status, of `<sysexits.h>` (`man 8 tapster-helper`).
  public let status: Int32
  /// What was refused and why; a line or more.
  public let lines: [String]
  /// What to do about it, if it said so.
  public let advice: String?

  /// Takes its words apart: its name in front of the first line, the advice in a line that is
  /// indented.
  public init(status: Int32, message: String) {
    self.status = status
    var lines: [String] = []
    var advice: [String] = []
    for line in message.split(separator: "\n") {
      if line.hasPrefix("  ") {
        advice.append(String(line.dropFirst(2)))
      } else {
        let name = "tapster-helper: "
        lines.append(String(line.hasPrefix(name) ? line.dropFirst(name.count) : line))
      }
    }
    self.lines = lines.isEmpty ? ["tapster-helper ended with status \(status)"] : lines
    self.advice = advice.isEmpty ? nil : advice.joined(separator: "; ")
  }
}
