internal import NetworkMap

extension HostMap {
  /// What `map --json` shows of it.
  var json: JSONText {
    .object([
      ("uplinks", .array(uplinks.map(\.json))), ("segments", .array(segments.map(\.json))),
      ("inactive", .texts(inactive)),
    ])
  }
}

extension HostMap.Uplink {
  fileprivate var json: JSONText {
    .object([
      ("interface", .text(interface)), ("families", .texts(families)),
      ("addresses", .texts(addresses)),
    ])
  }
}

extension HostMap.Segment {
  fileprivate var json: JSONText {
    .object([
      ("network", .optional(network)), ("mode", .text(mode)), ("subnets", .texts(subnets)),
      ("routed", .bool(isRouted)), ("leaves-by", .texts(leavesBy)),
      ("bridge", .optional(bridge)), ("state", .text(state.rawValue)),
      ("addresses", .texts(addresses)), ("ports", .array(ports.map(\.json))),
      ("absent", .array(absent.map(\.json))),
      (
        "forwards",
        .array(
          forwards.map {
            .object([("listening", .text($0.listening)), ("target", .text($0.target))])
          })
      ),
    ])
  }
}

extension HostMap.Port {
  fileprivate var json: JSONText {
    .object([
      ("interface", .text(interface)), ("kind", .text(kind)), ("owner", .optional(owner)),
      ("up", .bool(isUp)), ("guests", .array(guests.map(\.json))),
    ])
  }
}

extension HostMap.Guest {
  fileprivate var json: JSONText {
    .object([
      ("name", .optional(name)), ("addresses", .texts(addresses)), ("mac", .optional(mac)),
    ])
  }
}
