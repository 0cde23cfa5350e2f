internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes

/// The way by which a user's command is run as root: pkexec, which asks polkit (`man 1 pkexec`).
///
/// It is there if polkit knows this very program by its path, and only root could have put it
/// there.
struct Pkexec {
  private let pkexec: FilePath
  private let program: String
  private let action: PolkitAction
  /// Our own words, of which the first may be for quiet.
  private let words: [String]

  /// Where packages put what polkit is to know of programs.
  private static let policy = FilePath("/usr/share/polkit-1/actions/org.tapster.policy")

  /// The way for this command, or to do with it what `action` allows; nil if there is none.
  static func find(_ action: PolkitAction? = nil) -> Pkexec? {
    let words = Array(CommandLine.arguments.dropFirst())
    guard let command = words.first(where: { !isQuiet($0) }),
      let action = action ?? PolkitAction(managing: command), action.covers(command),
      let program = ThisProcess.executable(), File.isRootsAlone(program),
      let path = String(validating: program.bytes, as: UTF8.self),
      let pkexec = ProgramSearch.find("pkexec"),
      let known = (try? File.read(policy)) ?? nil, File.isRootsAlone(policy)
    else { return nil }
    let line = "<annotate key=\"org.freedesktop.policykit.exec.path\">\(path)</annotate>"
    let lines = String(decoding: known, as: UTF8.self).split(separator: "\n")
    guard lines.contains(where: { $0.drop { $0 == " " } == line }) else { return nil }
    return Pkexec(pkexec: pkexec, program: path, action: action, words: words)
  }

  /// Nil if this process is root already. Throws if it is not and there is no way to become it.
  static func unlessRoot() throws(Failure) -> Pkexec? {
    if EffectiveUser.isRoot { return nil }
    if let found = find() { return found }
    throw Failure(
      ["this has to be done as root"], advice: "try: sudo tapster …, or pkexec tapster …")
  }

  /// Runs this very command as root, `input` as its standard input, and ends as it does.
  ///
  /// Throws, with what the user has to be told beyond what was said, if polkit does not allow it.
  func endAsRoot(reading input: InputFile? = nil) throws(Failure) -> Never {
    ThisProcess.end(try status(input))
  }

  /// Runs this very command as root with the text that was edited, and ends if that succeeds. Else
  /// says where the text is.
  func end(with session: EditSession) throws(Failure) -> Never {
    do throws(Failure) { try take(session) } catch { throw session.kept(error) }
    session.discard()
    ThisProcess.end(0)
  }

  /// Runs this very command as root with the text that was edited. Throws if it does not succeed;
  /// nothing, if it has said why.
  func take(_ session: EditSession) throws(Failure) {
    guard try status(try session.input()) == 0 else { throw Failure([]) }
  }

  private func status(_ input: InputFile?) throws(Failure) -> Int32 {
    let command = words.first { !Self.isQuiet($0) } ?? ""
    if !words.contains(where: Self.isQuiet) {
      StandardStream.error.write(
        "\(command) has to be done as root: asking polkit (\(action.rawValue))\n")
    }
    // Where no terminal is, nobody could be asked for a password at one.
    let options = ThisProcess.isTerminal(2) ? [] : ["--disable-internal-agent"]
    let status: Int32?
    do throws(FileError) {
      status = try InteractiveProgram.run(
        pkexec, ["pkexec"] + options + [program, action.word] + words, input: input)
    } catch { throw Failure([error.description]) }
    // pkexec's own (man 1 pkexec): the dialogue was dismissed; not authorized.
    if status == 126 || status == 127 { throw refusal }
    return status ?? 1
  }

  private var refusal: Failure {
    switch action {
    case .manageNetworks, .readNetworks:
      Failure(
        ["polkit does not let you do that as root (\(action.rawValue))"],
        advice: "an administrator can: sudo tapster …; or let you, if polkit runs here and you are "
          + "not in that group: sudo usermod --append --groups tapster \(EffectiveUser.name), and "
          + "you log in again")
    case .manageTaps, .manageAccessList:
      Failure(
        ["polkit does not let you do that as root (\(action.rawValue))"],
        advice: "an administrator can: sudo tapster …")
    }
  }

  private static func isQuiet(_ word: String) -> Bool { word == "-q" || word == "--quiet" }
}
