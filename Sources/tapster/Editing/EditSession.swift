internal import LinuxHost
internal import LinuxTypes

/// A text in the hands of the user's editor: a file that only she can read, and that is there until
/// what she wrote is taken or she throws it away.
struct EditSession {
  private let path: FilePath
  private let original: [UInt8]

  /// Puts `text` into a new file.
  static func begin(_ text: String, suffix: StaticText) throws(Failure) -> EditSession {
    let bytes = Array(text.utf8)
    do throws(FileError) {
      return EditSession(path: try TemporaryFile.make(bytes, suffix: suffix), original: bytes)
    } catch { throw Failure([error.description]) }
  }

  /// The file's name, for errors in it.
  var source: String { path.description }

  /// Opens the editor and waits for it; the text then. The file stays if that fails.
  func edit() throws(Failure) -> String {
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
    guard let text = String(validating: bytes ?? [], as: UTF8.self) else {
      throw kept(Failure(["what was written is not UTF-8"]))
    }
    return text
  }

  /// Removes the file.
  func discard() { _ = try? File.remove(path) }

  /// The failure with a line more, which says where the text is, if anything was written.
  func kept(_ failure: Failure) -> Failure {
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
