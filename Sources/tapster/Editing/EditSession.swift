internal import LinuxHost
internal import LinuxTypes

/// A text in the hands of the user's editor: a file that only she can read, and that is there until
/// what she wrote is taken or she throws it away.
///
/// No editor is run for a user whom we serve as root, since from an editor everything can be run:
/// hers has run already, and what she wrote is standard input (``ServedUser``).
struct EditSession {
  /// nil for a user whom we serve.
  private let path: FilePath?
  private let original: [UInt8]

  /// Puts `text` into a new file.
  static func begin(_ text: String, suffix: StaticText) throws(Failure) -> EditSession {
    let bytes = Array(text.utf8)
    if ServedUser.isThere { return EditSession(path: nil, original: bytes) }
    do throws(FileError) {
      return EditSession(path: try TemporaryFile.make(bytes, suffix: suffix), original: bytes)
    } catch { throw Failure([error.description]) }
  }

  /// The file's name, for errors in it.
  var source: String { path?.description ?? "what was edited" }

  /// What was written, open for another program.
  func input() throws(Failure) -> InputFile? {
    guard let path else { return nil }
    do throws(FileError) { return try InputFile(opening: path) } catch {
      throw Failure([error.description])
    }
  }

  /// Opens the editor and waits for it; the text then. The file stays if that fails.
  func edit() throws(Failure) -> String {
    guard let path else { return try text(try ServedUser.given(source)) }
    let editor =
      ThisProcess.environment("VISUAL") ?? ThisProcess.environment("EDITOR") ?? Self.standard
    let status: Int32?
    do throws(FileError) { status = try InteractiveProgram.run(editor, path) } catch {
      throw kept(Failure([error.description]))
    }
    guard status == 0 else {
      let how = status.map { "with status \($0)" } ?? "by a signal"
      throw kept(
        Failure(
          ["the editor '\(editor)' ended \(how)"],
          advice: "the variables VISUAL and EDITOR say which editor is opened"))
    }
    let bytes: [UInt8]?
    do throws(FileError) { bytes = try File.read(path) } catch {
      throw kept(Failure([error.description]))
    }
    return try text(bytes ?? [])
  }

  private func text(_ bytes: [UInt8]) throws(Failure) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw kept(Failure(["what was written is not UTF-8"]))
    }
    return text
  }

  /// Removes the file.
  func discard() { if let path { _ = try? File.remove(path) } }

  /// The failure with a line more, which says where the text is, if anything was written.
  func kept(_ failure: Failure) -> Failure {
    guard let path else { return failure }
    if let bytes = try? File.read(path), bytes == original {
      discard()
      return failure
    }
    var failure = failure
    failure.lines.append("nothing was changed; what you wrote is kept in \(path)")
    return failure
  }

  /// Debian's choice of the user's, if there is one.
  private static var standard: String {
    ProgramSearch.find("sensible-editor") == nil ? "vi" : "sensible-editor"
  }
}
