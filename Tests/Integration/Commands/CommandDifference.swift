/// Where a command of ours is meant to say or do something else than virsh's, and why.
///
/// The whole list: any other difference fails ``CommandComparisonTests``. The manual page has it
/// too (tapster(8), "Differences from virsh").
enum CommandDifference: String, CaseIterable, Sendable {
  case lookup
  case xmlErrors
  case unknownElements
  case advice
  case failedEdit
  case failedEditor
  case renaming
  case newerCommands
  case unknownEventNetwork
  case fullDisk
  case wrongXPath
  case updateErrors

  var reason: String {
    switch self {
    case .lookup: "net-name takes names and net-uuid takes UUIDs as well, as all other commands do"
    case .xmlErrors: "ours say the file, the line, the element, and what is allowed"
    case .unknownElements: "libvirt leaves out what it does not know; we refuse it, and say so"
    case .advice: "where something can be done about it, a line behind the error says what"
    case .failedEdit:
      "virsh says `Network (null) XML configuration edited.`, ends with 0 and throws the text away"
    case .failedEditor: "virsh tells its temporary file's name, we the editor and what sets it"
    case .renaming: "net-edit changes one network: one of another name would be another network"
    case .newerCommands: "virsh has had net-desc and net-metadata since 9.7 only"
    case .unknownEventNetwork: "virsh says that there is no such network, and waits for it anyway"
    case .fullDisk: "virsh does not notice that what it writes is lost"
    case .wrongXPath: "virsh passes on libxml2's words, and succeeds"
    case .updateErrors: "as with definitions, ours say which element lacks what"
    }
  }
}
