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
    let pkexec = try Pkexec.unlessRoot()
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    let name = state.network.name
    let known = try Failure.during(nil) { () throws(EngineError) in
      try Definitions.network(name)?.xml
    }
    // Of a network without a definition, how it runs.
    let original = known ?? state.network.xml
    let session = try EditSession.begin(original, suffix: ".xml")
    while true {
      let edited = try session.edit()
      try ServedUser.check(Array(edited.utf8), source: session.source)
      if edited == original {
        session.discard()
        return output.say("Network \(name) XML configuration not changed.\n")
      }
      var isForced = false
      while true {
        let failure: Failure
        var isForeign = false
        do throws(EngineError) {
          if let pkexec {
            if !isForced, try Definitions.network(name)?.xml != known { throw .changedMeanwhile }
            // Says itself what was done.
            do throws(Failure) {
              try pkexec.take(session)
              session.discard()
              ThisProcess.end(0)
            } catch { failure = error }
          } else {
            try define(edited, name, session.source, over: known, isForced: isForced)
            session.discard()
            return output.say("Network \(name) XML configuration edited.\n")
          }
        } catch {
          failure = Failure(nil, error)
          if case .changedMeanwhile = error { isForeign = true }
        }
        guard ThisProcess.isTerminal(0), ThisProcess.isTerminal(1) else {
          throw session.kept(failure)
        }
        if !isForeign { Prompt.say(failure) }
        switch Prompt.ask(isForeign ? failure.lines.joined() : "Failed.") {
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
    }
  }

  /// Makes `text` the definition. Throws ``EngineError/changedMeanwhile`` unless the definition is
  /// still what was `known`, nil for none, or that is not to matter.
  private static func define(
    _ text: String, _ name: NetworkName, _ source: String, over known: String?, isForced: Bool
  ) throws(EngineError) {
    let new: Network
    do throws(NetworkXMLError) { new = try Network(xml: Array(text.utf8), source: source) } catch {
      throw .definition(error)
    }
    if Definitions.isDefined(name) {
      try NetworkChange.apply(name, .config) { network throws(EngineError) in
        // Here, where the lock is held: nobody comes between the look and the change.
        if !isForced, network.xml != known { throw .changedMeanwhile }
        network = new
      }
    } else {
      // As in libvirt, one that runs without a definition has one then.
      if !isForced, known != nil { throw .changedMeanwhile }
      if new.name != name { throw .renaming(name, new.name) }
      _ = try Definitions.define(Array(text.utf8), source: source, isNew: !isForced)
    }
  }
}
