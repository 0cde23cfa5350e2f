internal import CommandSyntax
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

enum NetMetadata: Command {
  static var name: String { "net-metadata" }
  static let syntax = CommandSyntax(
    name, "show or set what a program keeps with a network",
    "Shows, sets or removes the element of a program's namespace in a network's <metadata>.",
    [
      NetworkOptions.network, uri, NetworkOptions.live, NetworkOptions.config,
      NetworkOptions.current, edit, key, set, remove, NetworkOptions.json,
    ])

  private static let uri = RequiredText("uri", "the name of the namespace")
  private static let edit = Flag("edit", "open an editor to change it")
  private static let key = Text(
    "key", "the prefix that stands for the namespace", isPositional: false)
  private static let set = Text("set", "the new element", isPositional: false)
  private static let remove = Flag("remove", "remove it")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let scope = try arguments.scope()
    try arguments.refuse(edit, with: set)
    try arguments.refuse(remove, with: set)
    try arguments.refuse(remove, with: edit)
    let state = try NetworkState.named(try arguments.value(of: NetworkOptions.network))
    let namespace = try arguments.value(of: uri)
    let prefix = try arguments.value(of: key)
    let new = try arguments.value(of: set)
    let network = try Failure.during(nil) { () throws(EngineError) in
      try state.network(in: scope)
    }
    let old = network.metadata.first { $0.namespace == namespace }
    if new == nil, !arguments[remove], !arguments[edit] {
      return try show(old, asJSON: arguments[NetworkOptions.json], &output)
    }
    if !arguments[edit] { try Failure.unlessRoot() }
    let pkexec = try Pkexec.unlessRoot()
    let name = state.network.name
    if arguments[remove] {
      try apply(name, scope, namespace, nil)
      return output.say("Metadata removed\n")
    }
    guard let prefix else {
      throw Failure(["namespace key is required when modifying metadata"])
    }
    if let new {
      try apply(name, scope, namespace, try element(new, prefix, namespace))
    } else {
      let before = (old?.bareXML ?? "") + "\n"
      let session = try EditSession.begin(before, suffix: ".xml")
      let after = try session.edit()
      if after == before {
        session.discard()
        return output.say("Metadata not changed")
      }
      try pkexec?.end(with: session)
      do throws(Failure) {
        try apply(name, scope, namespace, try element(after, prefix, namespace))
      } catch { throw session.kept(error) }
      session.discard()
    }
    output.say("Metadata modified\n")
  }

  private static func show(
    _ element: ForeignElement?, asJSON: Bool, _ output: inout CommandOutput
  ) throws(Failure) {
    if asJSON { return output.show(.optional(element?.bareXML)) }
    guard let element else {
      throw Failure(["metadata not found: Requested metadata element is not present"])
    }
    output.show("\(element.bareXML)\n")
  }

  private static func element(
    _ text: String, _ key: String, _ namespace: String
  ) throws(Failure) -> ForeignElement {
    do throws(NetworkXMLError) {
      return try ForeignElement(parsing: Array(text.utf8), key: key, namespace: namespace)
    } catch { throw Failure([error.description]) }
  }

  private static func apply(
    _ name: NetworkName, _ scope: ChangeScope, _ namespace: String, _ element: ForeignElement?
  ) throws(Failure) {
    try Failure.during(nil) { () throws(EngineError) in
      try NetworkChange.apply(name, scope) { (network: inout Network) throws(EngineError) in
        network.metadata.removeAll { $0.namespace == namespace }
        if let element { network.metadata.append(element) }
      }
    }
  }
}
