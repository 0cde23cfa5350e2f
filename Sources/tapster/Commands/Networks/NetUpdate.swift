internal import CommandSyntax
internal import NetworkEngine
internal import NetworkModel

enum NetUpdate: Command {
  static var name: String { "net-update" }
  static let syntax = CommandSyntax(
    name, "change one entry of a network",
    "Adds, deletes or modifies one entry of a network, as it runs, as it is defined, or both.",
    [
      NetworkOptions.network, command, section, xml, parentIndex, NetworkOptions.config,
      NetworkOptions.live, NetworkOptions.current,
    ])

  private static let command = RequiredText(
    "command", "what to do: add-first, add-last (add), delete or modify",
    candidates: .words(["add-first", "add-last", "delete", "modify"]))
  private static let section = RequiredText(
    "section", "what kind of entry it is, such as ip-dhcp-host",
    candidates: .words(NetworkUpdate.Section.allCases.map(\.rawValue)))
  private static let xml = RequiredText(
    "xml", "the entry in XML, if it begins with '<', or a file that has it", candidates: .files)
  private static let parentIndex = Number(
    "parent-index", "which <ip> element, from 0; without it the one that fits")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let scope = try arguments.scope()
    let text = try arguments.value(of: xml)
    let isLiteral = text.hasPrefix("<")
    try Failure.unlessRoot(reading: isLiteral ? nil : text)
    let name = try NetworkName.found(try arguments.value(of: NetworkOptions.network))
    let verb = try verb(try arguments.value(of: command))
    let place = try arguments.value(of: section)
    guard let section = NetworkUpdate.Section(rawValue: place) else {
      throw Failure(["unrecognized section name '\(place)'"])
    }
    // Any negative number means none to virsh.
    let index = try arguments.value(of: parentIndex).flatMap { $0 < 0 ? nil : Int($0) }
    let bytes = isLiteral ? Array(text.utf8) : try DefinitionFile.read(text)

    try Failure.during("Failed to update network \(name)") { () throws(EngineError) in
      let update: NetworkUpdate
      do throws(NetworkXMLError) {
        update = try NetworkUpdate(
          verb, section, parentIndex: index, xml: bytes, source: isLiteral ? "--xml" : text)
      } catch { throw .definition(error) }
      try NetworkChange.apply(name, scope) { (network: inout Network) throws(EngineError) in
        do throws(NetworkUpdateError) { try update.apply(to: &network) } catch {
          throw .unfitting(error.description)
        }
      }
    }
    let what = [
      ChangeScope.live: "live state", .config: "persistent config",
      [.live, .config]: "persistent config and live state",
    ]
    output.say("Updated network \(name) \(what[scope.settled(for: name)] ?? "")")
  }

  private static func verb(_ text: String) throws(Failure) -> NetworkUpdate.Command {
    if text == "add-last" { return .add }
    guard let verb = NetworkUpdate.Command(rawValue: text) else {
      throw Failure(["unrecognized command name '\(text)'"])
    }
    return verb
  }
}
