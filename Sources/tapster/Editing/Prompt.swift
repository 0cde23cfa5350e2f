internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes

/// The question what becomes of an edited text that could not be used.
enum Prompt {
  enum Answer {
    /// Open the editor again.
    case again
    /// Throw the text away.
    case discard
    /// Try once more, whatever the definition is now.
    case force
    /// Nobody answered.
    case nothing
  }

  /// Says why, on standard error.
  static func say(_ failure: Failure) { StandardStream.error.write(failure.text) }

  /// Asks until there is an answer.
  static func ask(_ question: String) -> Answer {
    while true {
      StandardStream.output.write("\(question) Try again? [y,n,f,?]: ")
      guard let line = ThisProcess.readLine() else { return .nothing }
      switch line.first {
      case "y", "Y": return .again
      case "n", "N": return .discard
      case "f", "F": return .force
      case "?":
        StandardStream.output.write(
          """
          y - yes, open the editor again
          n - no, throw away what was written
          f - force, try to define it again
          ? - show this

          """)
      default: break
      }
    }
  }
}
