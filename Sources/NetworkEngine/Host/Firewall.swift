internal import LinuxHost
internal import LinuxTypes
internal import NetworkModel
internal import NetworkPlan

/// The program `nft` at work on one transaction (`man 8 nft`).
struct Firewall: ~Copyable {
  private let child: ChildProcess

  /// Starts it. It holds the locks `kept` until it is done, even if we are killed.
  static func start(_ transaction: String, keeping kept: [Int32]) throws(EngineError) -> Firewall {
    guard let program = ProgramSearch.find("nft") else { throw .programMissing("nft") }
    return Firewall(
      child: try files { () throws(FileError) in
        try ChildProcess.start(
          program, ["nft", "-f", "-"], input: Array(transaction.utf8), keeping: kept)
      })
  }

  /// Waits until the transaction is in force, or refused.
  consuming func wait() throws(EngineError) {
    try Program.wait("nft", child)
  }

  /// What `nft list …` says, with `-j` in JSON; empty if what is asked about is not there.
  static func list(_ arguments: [String]) throws(EngineError) -> [UInt8] {
    try FirewallListing.start(arguments).wait()
  }

  private init(child: consuming ChildProcess) { self.child = child }
}

/// The program `nft` at work on a list.
struct FirewallListing: ~Copyable {
  private let child: ChildProcess

  /// Starts `nft list …`.
  static func start(_ arguments: [String]) throws(EngineError) -> FirewallListing {
    guard let program = ProgramSearch.find("nft") else { throw .programMissing("nft") }
    return FirewallListing(
      child: try files { () throws(FileError) in
        try ChildProcess.start(program, ["nft"] + arguments)
      })
  }

  /// What it says; empty if what is asked about is not there.
  consuming func wait() throws(EngineError) -> [UInt8] {
    do throws(Errno) {
      let ending = try child.wait()
      return ending.isSuccess ? ending.standardOutput : []
    } catch { throw .programFailed("nft", error.description) }
  }

  private init(child: consuming ChildProcess) { self.child = child }
}

/// Programs that end by themselves.
enum Program {
  /// Waits for one; throws what it said if it failed.
  static func wait(_ name: String, _ child: consuming ChildProcess) throws(EngineError) {
    let ending: ChildProcess.Ending
    do throws(Errno) { ending = try child.wait() } catch {
      throw .programFailed(name, error.description)
    }
    guard !ending.isSuccess else { return }
    let words = ending.standardError.split(separator: "\n").joined(separator: "\n  ")
    let status = ending.status.map { "exit status \($0)" } ?? "killed by a signal"
    throw .programFailed(name, words.isEmpty ? status : "\(words) (\(status))")
  }
}
