internal import NetworkModel

/// The chains that a network may have in the table.
enum NetworkChain: String, CaseIterable {
  /// What is forwarded to guests.
  case toGuests = "to_guests"
  /// What is forwarded from guests.
  case fromGuests = "from_guests"
  /// What guests send to the host.
  case toHost = "to_host"
  /// Connections of guests that get another source.
  case masqueraded
  /// Connections to guests that get another source.
  case published
  /// Connections to the host that get a guest for their destination.
  case forwarded
  /// Whether a packet of such a connection may go on.
  case admitted
  /// Whether a packet of a connection that a guest made may go on.
  case outgoing

  /// The map from a bridge's name to the chain; nil where it is not found by that.
  var map: String? {
    switch self {
    case .toGuests, .fromGuests, .toHost, .masqueraded, .published: rawValue
    case .forwarded, .admitted, .outgoing: nil
    }
  }

  /// The chain's name.
  func name(_ bridge: BridgeName) -> String { Self.name(rawValue, bridge) }

  /// The name of a chain: what it is for and the bridge's, of which any byte but a letter, a digit
  /// and `_` is written `.XX`.
  static func name(_ purpose: String, _ bridge: BridgeName) -> String {
    var name = "\(purpose)_"
    for byte in bridge.text.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        name.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        name += byte < 16 ? ".0" : "."
        name += String(byte, radix: 16)
      }
    }
    return name
  }
}
