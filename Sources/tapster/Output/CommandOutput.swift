internal import LinuxNetworking
internal import LinuxTypes

/// What a command says on standard output, kept until it ends or asks for it to be written.
struct CommandOutput {
  /// Whether only what was asked for is shown (`--quiet`).
  let isQuiet: Bool
  private var pending = ""
  private var isForPrograms = false

  init(isQuiet: Bool) { self.isQuiet = isQuiet }

  /// Says what was done, unless it is to be quiet.
  mutating func say(_ message: String) {
    if !isQuiet { pending += PrintableText.lines(message) }
  }

  /// Shows what was asked for, as it is.
  mutating func show(_ text: String) { pending += text }

  /// Shows a table.
  mutating func show(_ table: Table) { pending += table.text(withHead: !isQuiet) }

  /// Shows JSON, behind which nothing may follow.
  mutating func show(_ json: JSONText) { showLine(json.rendered()) }

  /// Shows a line that stands for itself, such as a JSON value.
  mutating func showLine(_ text: String) {
    pending += text + "\n"
    isForPrograms = true
  }

  /// Shows a document for programs, as it is.
  mutating func showDocument(_ text: String) {
    pending += text
    isForPrograms = true
  }

  /// Writes what was said and shown so far, while the command goes on.
  ///
  /// What cannot be written waits for the end, which tells of it.
  mutating func flushEarly() {
    let text = pending
    do throws(Errno) { try flush() } catch { pending = text }
  }

  /// Writes what was said and shown so far.
  mutating func flush() throws(Errno) {
    let text = pending
    pending = ""
    try StandardStream.output.send(text)
  }

  /// Writes the rest, and the empty line that virsh ends with.
  mutating func finish() throws(Errno) {
    if !isQuiet, !isForPrograms { pending += "\n" }
    try flush()
  }
}
