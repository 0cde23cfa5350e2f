internal import AccessControl
internal import LinuxHost
internal import LinuxTypes

/// What of this host a shell may offer.
enum HostCompletion {
  /// The bridges that there are.
  static var bridges: [String] {
    let all = FilePath("/sys/class/net")
    return ((try? Directory.names(all)) ?? []).filter {
      File.exists(all.appending($0).appending("bridge"))
    }
  }

  /// The users of `/etc/passwd`.
  static var users: [String] {
    let contents = try? File.read(FilePath("/etc/passwd"))
    return NumberDatabase(contents ?? []).allNames.compactMap {
      String(validating: $0, as: UTF8.self)
    }
  }

  /// The next word of a rule that begins with `words`.
  static func rule(after words: [String]) -> [String] {
    switch words.count {
    case 0: ["allow", "deny"]
    case 1: ["all"] + bridges
    default:
      words[0] == "deny"
        ? ["user=", "group="]
        : ["user=", "group=", "taps=", "queues=", "vhost", "persist", "isolated", "mac="]
    }
  }
}
