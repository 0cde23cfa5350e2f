internal import ArgumentParser
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

struct NetDefine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-define",
    abstract: "Define a network, or define it anew, from a file in libvirt's network XML.")

  @Argument(help: "The file.") var file: String

  func run() throws {
    try CommandOutput.requireRoot()
    guard let path = FilePath(Array(file.utf8)) else {
      throw ValidationError("'\(file)' is no path of a file.")
    }
    var found: [UInt8]?
    do throws(FileError) { found = try File.read(path) } catch {
      throw CommandOutput.status(afterSaying: ["Failed to open file '\(file)': \(error.errno)"])
    }
    guard let bytes = found else {
      throw CommandOutput.status(afterSaying: ["Failed to open file '\(file)': \(Errno.noSuchFile)"]
      )
    }
    try CommandOutput.run("Failed to define network from \(file)") { () throws(EngineError) in
      let network = try Definitions.define(bytes, source: file)
      CommandOutput.say("Network \(network.name) defined from \(file)")
    }
  }
}

struct NetUndefine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "net-undefine", abstract: "Forget the definition of a network.")

  @Argument(help: "Name or UUID.") var network: String

  func run() throws {
    try CommandOutput.requireRoot()
    let name = try CommandOutput.find(network).network.name
    try CommandOutput.run("Failed to undefine network \(network)") { () throws(EngineError) in
      try Definitions.undefine(name)
      CommandOutput.say("Network \(network) has been undefined")
    }
  }
}
