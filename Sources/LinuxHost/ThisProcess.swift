internal import CLinux
internal import CLinuxHost
internal import LinuxNetworking
public import LinuxTypes

/// This process: its environment, its terminal, its end.
public enum ThisProcess {
  /// Has a write to a pipe that nobody reads fail instead of ending the process.
  public static func ignoreBrokenPipes() { _ = clinux_ignore_broken_pipes() }

  /// Ends it with that status, 0 to 255.
  public static func end(_ status: Int32) -> Never { exit(status) }

  /// The variable of the environment called `name`; nil if it is not there or empty.
  public static func environment(_ name: StaticText) -> String? {
    // SAFETY: the name is NUL-terminated; no other thread changes the environment, and the text is
    // copied at once.
    guard let value = unsafe getenv(name.text) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Whether a terminal is open under that number, such as 0 for standard input.
  public static func isTerminal(_ descriptor: Int32) -> Bool {
    clinux_is_terminal(descriptor) == 1
  }

  /// The next line of standard input, without its end; nil when there is none.
  public static func readLine() -> String? { Swift.readLine() }
}
