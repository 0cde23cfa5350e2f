internal import CLinux
internal import CLinuxHost
internal import LinuxTypes

/// How much room the reader of standard output has, and what letters.
public enum TerminalSize {
  /// How many columns the terminal has on standard output, or COLUMNS says; nil if nobody says.
  public static var columns: Int? {
    let count = Int(clinux_terminal_columns(1))
    if count > 0 { return count }
    return ThisProcess.environment("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
  }

  /// Whether it shows Unicode: the locale says UTF-8 (`man 7 locale`: LC_ALL, LC_CTYPE, LANG), and
  /// TERM does not say that the terminal is dumb.
  public static var showsUnicode: Bool {
    if ThisProcess.environment("TERM") == "dumb" { return false }
    let locale =
      ThisProcess.environment("LC_ALL") ?? ThisProcess.environment("LC_CTYPE")
      ?? ThisProcess.environment("LANG") ?? "C"
    // `de_DE.UTF-8@euro`: what follows the `@` says nothing of the bytes.
    let name = locale.prefix { $0 != "@" }.lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
  }
}
