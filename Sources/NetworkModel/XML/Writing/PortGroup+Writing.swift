extension PortGroup {
  func write(to writer: inout XMLWriter) {
    writer.element(
      "portgroup",
      [
        ("name", name), ("default", isDefault == true ? "yes" : nil),
        ("trustGuestRxFilters", trustsReceiveFilters.yesOrNo),
      ], foreign: foreign, staysOpen: true
    ) { writer in
      vlan?.write(to: &writer)
      virtualPort?.write(to: &writer)
      bandwidth?.write(to: &writer)
    }
  }
}

extension VLAN {
  func write(to writer: inout XMLWriter) {
    writer.element("vlan", [("trunk", isTrunk ? "yes" : nil)], foreign: foreign) { writer in
      for tag in tags {
        writer.element(
          "tag", [("id", String(tag.id)), ("nativeMode", tag.nativeMode?.rawValue)],
          foreign: tag.foreign)
      }
    }
  }
}

extension VirtualPort {
  func write(to writer: inout XMLWriter) {
    writer.element("virtualport", [("type", kind?.rawValue)], foreign: foreign) { writer in
      let foreign = foreign.inside["parameters"]
      guard !parameters.isEmpty || foreign != nil else { return }
      writer.element("parameters", parameters.map { ($0.name, $0.value) }, foreign: foreign)
    }
  }
}

extension Bandwidth {
  func write(to writer: inout XMLWriter) {
    writer.element("bandwidth", foreign: foreign, staysOpen: true) { writer in
      inbound?.write("inbound", to: &writer)
      outbound?.write("outbound", to: &writer)
    }
  }
}

extension Bandwidth.Rate {
  fileprivate func write(_ name: String, to writer: inout XMLWriter) {
    writer.element(
      name,
      [
        ("average", String(average)), ("peak", peak.map { String($0) }),
        ("burst", burst.map { String($0) }),
      ], foreign: foreign)
  }
}
