internal import CommandSyntax

/// One of the program's commands.
protocol Command: Sendable {
  /// The word that it is called by. Apart from ``syntax``, so that the others' need not be made to
  /// find one.
  static var name: String { get }
  /// What it takes, and what it is for.
  static var syntax: CommandSyntax { get }

  /// Does it. What it has to say goes to `output`.
  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure)
}

/// All commands, in the order in which help lists them.
enum Commands {
  static let all: [any Command.Type] = [
    NetList.self, NetInfo.self, NetDumpXML.self, NetName.self, NetUUID.self, NetDefine.self,
    NetUndefine.self, NetCreate.self, NetStart.self, NetDestroy.self, NetAutostart.self,
    NetAutostartAll.self,
    NetEdit.self, NetUpdate.self, NetDesc.self, NetMetadata.self, NetForward.self,
    NetDHCPLeases.self, NetPortList.self, NetEvent.self, NetRepair.self, NetSupervise.self,
    ACLCheck.self, ACLList.self, ACLAdd.self, ACLRemove.self, ACLLint.self,
    TapAdd.self, TapRemove.self, TapListing.self, TapGC.self, Run.self,
    Doctor.self, Map.self,
  ]

  /// The command called `name`.
  static func named(_ name: String) -> (any Command.Type)? { all.first { $0.name == name } }
}
