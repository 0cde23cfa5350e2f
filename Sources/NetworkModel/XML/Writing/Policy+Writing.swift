extension IncomingPolicy {
  func write(to writer: inout XMLWriter) {
    writer.element("tapster:incoming", [("default", defaultVerdict.rawValue)]) { writer in
      for forward in forwards {
        writer.element(
          "tapster:allow",
          [
            ("proto", forward.transport.rawValue), ("port", forward.ports.text),
            ("address", forward.hostAddress?.description), ("to", forward.guest.description),
            ("toport", forward.guestPort.map { String($0) }),
          ])
      }
    }
  }
}

extension OutgoingPolicy {
  func write(to writer: inout XMLWriter) {
    writer.element("tapster:outgoing", [("default", defaultVerdict.rawValue)]) { writer in
      for rule in rules {
        writer.element(
          "tapster:\(rule.verdict.rawValue)",
          [
            ("proto", rule.transport?.rawValue), ("port", rule.ports?.text),
            ("to", rule.destination?.text),
          ])
      }
    }
  }
}

extension IPNetwork {
  /// `192.0.2.0/24`, or only the address where the block has one.
  fileprivate var text: String {
    prefixLength == (family == .ipv4 ? 32 : 128) ? base.description : description
  }
}
