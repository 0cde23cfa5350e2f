internal import CommandSyntax
internal import Diagnosis
internal import HostObservation
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum Doctor: Command {
  static var name: String { "doctor" }
  static let syntax = CommandSyntax(
    name, "find what keeps guests off the network",
    "Looks at all that stands between a user's guest and the world, and names what is wrong with\n"
      + "the command that mends it. Nothing is changed. Ends with 0 if nothing is wrong, else 1.",
    [network, bridge, user, NetworkOptions.json])

  private static let network = Text("network", "only this network", candidates: .networks)
  private static let bridge = Text(
    "br", "only this bridge", isPositional: false, candidates: .bridges)
  private static let user = Text(
    "user", "on behalf of this user, by name or number (root only)", isPositional: false,
    candidates: .users)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    // Before this process may become somebody else's.
    let isRoot = EffectiveUser.isRootOfHost
    let subject = try subject(arguments)
    let person = try person(try arguments.value(of: user))
    let facts = try Failure.during("Failed to look at this host") { () throws(EngineError) in
      try DiagnosisObservation.facts(of: subject, for: person)
    }
    let examination = Examination(facts)
    if arguments[NetworkOptions.json] {
      output.show(examination.json)
    } else {
      output.show(text(examination, isQuiet: output.isQuiet, isRoot: isRoot))
    }
    // What is wrong has been said.
    if !examination.findings.isEmpty { throw Failure([]) }
  }

  private static func subject(
    _ arguments: Arguments
  ) throws(Failure) -> DiagnosisObservation.Subject {
    let (name, bridge) = (try arguments.value(of: network), try arguments.value(of: bridge))
    switch (name, bridge) {
    case (.some, .some): throw Failure(ValueError.exclusive("network", "br"))
    case (let name?, nil): return .network(try NetworkName.found(name))
    case (nil, let name?):
      guard InterfaceName(name) != nil else {
        throw Failure(["'\(PrintableText.escape(name.utf8))' cannot be the name of a bridge"])
      }
      return .bridge(name)
    case (nil, nil): return .everything
    }
  }

  private static func person(_ text: String?) throws(Failure) -> DiagnosisObservation.Person {
    let caller: Credentials
    do throws(Errno) { caller = try Credentials.realOnes() } catch {
      throw Failure(["cannot tell who asks: \(error)"])
    }
    guard let text else {
      return EffectiveUser.isRootOfHost ? .nobody : .caller(caller)
    }
    guard let account = Account.find(text) else {
      throw Failure(["there is no user '\(PrintableText.escape(text.utf8))'"])
    }
    if account.credentials.user == caller.user { return .caller(caller) }
    guard EffectiveUser.isRootOfHost else {
      throw Failure(["only root may look on behalf of somebody else"])
    }
    return .other(account)
  }

  private static func text(
    _ examination: Examination, isQuiet: Bool, isRoot: Bool
  ) -> String {
    var text = ""
    if !isQuiet {
      for words in examination.fine { text += "ok     \(shown(words))\n" }
      for words in examination.unseen { text += "unseen \(shown(words))\n" }
    }
    for finding in examination.findings {
      text += "WRONG  \(shown(finding.what))\n       \(shown(finding.why))\n"
      if let fix = finding.fix { text += "       run: \(shown(fix))\n" }
      if let advice = finding.advice { text += "       \(shown(advice))\n" }
    }
    let count = examination.findings.count
    if isQuiet { return text }
    if count == 0 { return text + "nothing is wrong\n" }
    let hint = isRoot ? "" : "; the commands are for root"
    return text + "\(count) \(count == 1 ? "thing is" : "things are") wrong\(hint)\n"
  }

  /// Names of strangers are among the words.
  private static func shown(_ words: String) -> String { TerminalText.escape(words) }
}
