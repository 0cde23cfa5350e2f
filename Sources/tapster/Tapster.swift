internal import CommandSyntax
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkEngine

/// The command line: `tapster [--quiet] COMMAND [ARGUMENT…]`, by virsh's rules.
///
/// A parser that finds its options by reflection, as swift-argument-parser's does, takes longer
/// than `net-list` does for all the rest, and words its messages otherwise than virsh.
@main
enum Tapster {
  static let version = "tapster 0.1.0"

  static func main() {
    // A reader that goes away must not end a change half way; the write says so in its own time.
    ThisProcess.ignoreBrokenPipes()
    let words = CommandLine.arguments
    // Swift reads them in /proc; to have none is not to be asked for help.
    if words.isEmpty {
      _ = fail(Failure(["the command line cannot be read"], advice: "mount /proc"))
      ThisProcess.end(70)
    }
    ThisProcess.end(run(Array(words.dropFirst())))
  }

  /// Runs the command that `words` are; its exit status.
  private static func run(_ words: [String]) -> Int32 {
    var words = words[...]
    do throws(Failure) { try ServedUser.begin(&words) } catch { return fail(error) }
    var output = CommandOutput(isQuiet: words.first == "-q" || words.first == "--quiet")
    if output.isQuiet {
      words.removeFirst()
      WaitNotice.silence()
    }
    guard let name = words.popFirst() else {
      _ = written(Help.overview, to: .error)
      return 1
    }
    do throws(SyntaxError) {
      switch name {
      case "--help", "-h": return written(Help.overview)
      case "--version", "-v", "-V": return written("\(version)\n")
      case "help": return help(words.first)
      case "--complete": return written(NetworkCompletion.answer(Array(words)))
      case "--generate-completion-script": return script(words.first)
      default: break
      }
      if name.hasPrefix("-") { throw .unknownGlobalOption(name) }
      guard let command = Commands.named(name) else { throw .unknownCommand(name) }
      let arguments = try Arguments(parsing: words, as: command.syntax)
      if arguments.wantsHelp { return written(command.syntax.help + "\n") }
      return end(command, arguments, &output)
    } catch {
      let lines = "\(error)".split(separator: "\n").map { String($0) }
      return fail(Failure(lines, advice: Help.advice(on: error, of: name)))
    }
  }

  /// Runs a command to its end; its exit status.
  private static func end(
    _ command: any Command.Type, _ arguments: Arguments, _ output: inout CommandOutput
  ) -> Int32 {
    var failure: Failure?
    do throws(Failure) { try command.run(arguments, &output) } catch { failure = error }
    if failure?.isForRootOnly == true, let pkexec = Pkexec.find(.readNetworks) {
      do throws(Failure) { try pkexec.endAsRoot() } catch { failure = error }
    }
    do throws(Errno) {
      // The empty line comes behind what was wrong, too.
      try output.flush()
      let status = failure.map { fail($0) } ?? 0
      failure = nil
      try output.finish()
      return status
    } catch {
      if let failure { return fail(failure) }
      return unwritten(error)
    }
  }

  private static func fail(_ failure: Failure) -> Int32 {
    StandardStream.error.write(failure.text)
    return failure.status
  }

  private static func written(_ text: String, to stream: StandardStream = .output) -> Int32 {
    do throws(Errno) { try stream.send(text) } catch { return unwritten(error) }
    return 0
  }

  /// Says that standard output took no more; a reader that has gone knows.
  private static func unwritten(_ error: Errno) -> Int32 {
    error == .brokenPipe ? 1 : fail(Failure(["cannot write to standard output: \(error)"]))
  }

  private static func help(_ name: String?) -> Int32 {
    guard let name else { return written(Help.overview) }
    guard let command = Commands.named(name) else {
      let status = fail(Failure(["command or command group '\(name)' doesn't exist"]))
      return max(status, written("\n"))
    }
    return written(command.syntax.help + "\n")
  }

  private static func script(_ name: String?) -> Int32 {
    guard let shell = name.flatMap({ Shell(rawValue: $0) }) else {
      let known = Shell.allCases.map(\.rawValue).joined(separator: ", ")
      return fail(Failure(["no completion script for '\(name ?? "")'; there are: \(known)"]))
    }
    return written(shell.script(program: "tapster"))
  }
}
