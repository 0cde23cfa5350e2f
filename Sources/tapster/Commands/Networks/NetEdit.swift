internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetEdit: Command {
  static var name: String { "net-edit" }
  static let syntax = CommandSyntax(
    name, "edit the definition of a network",
    "Opens the definition of a network in an editor, and defines the network anew when it is closed.\n"
      + "One that runs goes on as it is until its next start. VISUAL, EDITOR say which editor.",
    [NetworkOptions.network])

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    try Failure.unlessRoot()
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    let name = state.network.name
    var known = try definition(of: state)
    let session = try EditSession.begin(known, suffix: ".xml")
    while true {
      let edited = try session.edit()
      if edited == known {
        session.discard()
        return output.say("Network \(name) XML configuration not changed.\n")
      }
      var isForced = false
      while true {
        var failure: Failure
        let question: String
        let isForeign = try definition(of: state) != known
        if isForeign, !isForced {
          question = "The XML configuration was changed by another user."
          failure = Failure([question])
        } else {
          do throws(EngineError) {
            try define(edited, state, session.source)
            session.discard()
            return output.say("Network \(name) XML configuration edited.\n")
          } catch { failure = Failure(nil, error) }
          question = "Failed."
        }
        guard ThisProcess.isTerminal(0), ThisProcess.isTerminal(1) else {
          throw session.kept(failure)
        }
        if question == "Failed." { Prompt.say(failure) }
        switch Prompt.ask(question) {
        case .again: break
        case .force:
          isForced = true
          continue
        case .discard:
          session.discard()
          throw Failure([])
        case .nothing: throw session.kept(failure)
        }
        break
      }
      // Her text is edited on; what it is compared with is what is there now.
      known = try definition(of: state)
    }
  }

  /// The definition as it is now; of a network without one, how it runs.
  private static func definition(of state: NetworkState) throws(Failure) -> String {
    try Failure.during(nil) { () throws(EngineError) in
      try Definitions.network(state.network.name)?.xml ?? state.network.xml
    }
  }

  private static func define(
    _ text: String, _ state: NetworkState, _ source: String
  ) throws(EngineError) {
    let new: Network
    do throws(NetworkXMLError) { new = try Network(xml: Array(text.utf8), source: source) } catch {
      throw .definition(error)
    }
    if Definitions.isDefined(state.network.name) {
      try NetworkChange.apply(state.network.name, .config) { network in network = new }
    } else {
      // As in libvirt, one that runs without a definition has one then.
      if new.name != state.network.name { throw .renaming(state.network.name, new.name) }
      _ = try Definitions.define(Array(text.utf8), source: source)
    }
  }
}
