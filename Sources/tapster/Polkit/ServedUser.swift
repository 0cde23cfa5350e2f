internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

/// The user for whom we run as root, since polkit allowed it (``Pkexec``).
///
/// He may do to networks what the command does, and nothing else to the host: no file that he names
/// is opened and no program of his choice run with our rights. What he gives comes as standard
/// input, which he opened himself.
enum ServedUser {
  /// Whether there is one.
  static var isThere: Bool {
    CommandLine.arguments.dropFirst().first.flatMap { PolkitAction(word: $0) } != nil
  }

  /// Takes the action's word off `words` if there is one, and makes sure that it covers the command
  /// behind it. Throws if it does not, or we are not root.
  static func begin(_ words: inout ArraySlice<String>) throws(Failure) {
    guard let word = words.first, let action = PolkitAction(word: word) else { return }
    guard EffectiveUser.isRoot else {
      throw Failure(
        ["'\(word)' is for pkexec, which gives it"],
        advice: "leave it away: polkit is asked by itself")
    }
    words.removeFirst()
    let command = words.first { $0 != "-q" && $0 != "--quiet" } ?? ""
    guard action.covers(command) else {
      throw Failure(["\(action.rawValue) does not allow '\(command)'"])
    }
    do throws(Errno) { try ThisProcess.forgetCaller() } catch {
      throw Failure(["cannot leave the caller's limits behind: \(error)"])
    }
  }

  /// What he gave, at most 10 MiB; `name` is what he calls it.
  static func given(_ name: String) throws(Failure) -> [UInt8] {
    do throws(Errno) { return try StandardInput.read(maximumSize: 10 << 20) } catch {
      throw Failure(["Failed to read file '\(name)': \(error)"])
    }
  }

  /// Throws if he is about to give a network what reaches beyond networks: options of dnsmasq's
  /// own, which can name programs and files that dnsmasq, started as root, runs and writes; or a
  /// directory whose files it serves, with rights that he may not have. What an administrator has
  /// given the network of that name may stay.
  static func check(_ bytes: [UInt8], source: String) throws(Failure) {
    // What cannot be read, the command itself says.
    guard isThere, let new = try? Network(xml: bytes, source: source) else { return }
    let old = try Failure.during(nil) { () throws(EngineError) in
      try Definitions.network(new.name)
    }
    guard new.dnsmasqOptions.isEmpty || new.dnsmasqOptions == old?.dnsmasqOptions else {
      throw refusal("<dnsmasq:options> can run programs and write files as root")
    }
    let served = new.blocks.compactMap(\.tftpRoot)
    guard Set(served).isSubset(of: old?.blocks.compactMap(\.tftpRoot) ?? []) else {
      throw refusal("<tftp root='\(served.joined(separator: " "))'> gives files of the host away")
    }
  }

  private static func refusal(_ why: String) -> Failure {
    Failure(
      ["\(why): polkit's permission to manage networks is not enough"],
      advice: "an administrator can do it: sudo tapster …")
  }
}
