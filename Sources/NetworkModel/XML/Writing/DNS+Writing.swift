extension DNS {
  func write(to writer: inout XMLWriter) {
    guard self != DNS() else { return }
    writer.element(
      "dns",
      [("enable", isEnabled.yesOrNo), ("forwardPlainNames", forwardsPlainNames.yesOrNo)],
      foreign: foreign
    ) { writer in
      for forwarder in forwarders {
        writer.element(
          "forwarder",
          [("domain", forwarder.domain?.text), ("addr", forwarder.address?.description)],
          foreign: forwarder.foreign)
      }
      for text in texts {
        writer.element(
          "txt", [("name", text.name.text), ("value", text.value)], foreign: text.foreign)
      }
      for service in services { service.write(to: &writer) }
      for host in hosts {
        writer.element("host", [("ip", host.address.description)], foreign: host.foreign) {
          writer in
          for (position, name) in host.names.enumerated() {
            writer.text(
              "hostname", name.text, foreign: host.foreign.inside["hostname \(position)"])
          }
        }
      }
    }
  }
}

extension DNS.Service {
  fileprivate func write(to writer: inout XMLWriter) {
    writer.element(
      "srv",
      [
        ("service", service), ("protocol", transport), ("domain", domain), ("target", target),
        ("port", port.map { String($0) }), ("priority", priority.map { String($0) }),
        ("weight", weight.map { String($0) }),
      ], foreign: foreign)
  }
}
