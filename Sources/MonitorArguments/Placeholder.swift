/// A word in braces that stands for something of a tap: `{fd}`, `{fds}`, `{fds,}`, `{vhostfd}`,
/// `{vhostfds}`, `{vhostfds,}`, `{ifname}` and `{mac}`, each with the number of its `--br` behind a
/// colon if there are several: `{fd:2}`.
struct Placeholder: Equatable {
  enum Kind: String, CaseIterable {
    /// The tap's only descriptor.
    case descriptor = "fd"
    /// All of them, colons between.
    case descriptors = "fds"
    /// All of them, commas between.
    case descriptorList = "fds,"
    /// The only descriptor of vhost-net.
    case vhost = "vhostfd"
    /// All of them, colons between.
    case vhosts = "vhostfds"
    /// All of them, commas between.
    case vhostList = "vhostfds,"
    /// The interface's own name.
    case name = "ifname"
    /// The address of the guest's card.
    case address = "mac"

    var isDescriptor: Bool { [.descriptor, .descriptors, .descriptorList].contains(self) }
    var isVhost: Bool { [.vhost, .vhosts, .vhostList].contains(self) }
    /// Whether it is one number.
    var isSingle: Bool { self == .descriptor || self == .vhost }
    var separator: String { self == .descriptorList || self == .vhostList ? "," : ":" }
  }

  let kind: Kind
  /// Which tap: 0 for the first.
  let tap: Int
  /// As it is written.
  let text: String

  /// A part of an argument.
  enum Part: Equatable {
    case text(String)
    case placeholder(Placeholder)
  }

  /// Takes an argument apart. Braces with anything else in them are text: JSON has such.
  static func parts(of argument: String) -> [Part] {
    var parts: [Part] = []
    var text = ""
    var rest = argument[...]
    while let brace = rest.firstIndex(of: "{") {
      text += rest[..<brace]
      rest = rest[brace...]
      if let end = rest.firstIndex(of: "}"), let found = Placeholder(String(rest[...end])) {
        if !text.isEmpty { parts.append(.text(text)) }
        text = ""
        parts.append(.placeholder(found))
        rest = rest[rest.index(after: end)...]
      } else {
        text.append(rest.removeFirst())
      }
    }
    text += rest
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }

  /// Takes one word with its braces.
  private init?(_ text: String) {
    let words = text.dropFirst().dropLast().split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let word = words.first, let kind = Kind(rawValue: String(word)) else { return nil }
    var number = 1
    if words.count == 2 {
      guard words[1].utf8.count <= 3, words[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        words[1].utf8.first != 0x30, let parsed = Int(words[1])
      else { return nil }
      number = parsed
    }
    self.kind = kind
    tap = number - 1
    self.text = text
  }
}
