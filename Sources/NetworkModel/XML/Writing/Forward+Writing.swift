extension Forward {
  func write(to writer: inout XMLWriter) {
    writer.element(
      "forward",
      [
        ("dev", interfaces.first?.text), ("mode", mode.rawValue),
        ("managed", mode == .hostdev ? (isManaged == true ? "yes" : "no") : nil),
      ], foreign: foreign
    ) { writer in
      if driver != nil || driverModel != nil || foreign.inside["driver"] != nil {
        writer.element(
          "driver", [("name", driver?.rawValue), ("model", driverModel)],
          foreign: foreign.inside["driver"])
      }
      writeNAT(to: &writer)
      if let physicalFunction {
        writer.element(
          "pf", [("dev", physicalFunction.text)], foreign: foreign.inside["pf"])
      }
      for device in devices {
        let foreign = foreign.inside[Self.foreignKey(device)]
        switch device {
        case .interface(let name):
          writer.element("interface", [("dev", name.text)], foreign: foreign)
        case .pci(let address):
          writer.element("address", address.attributes, foreign: foreign)
        }
      }
    }
  }

  private func writeNAT(to writer: inout XMLWriter) {
    let foreign = foreign.inside["nat"]
    guard masqueradesIPv6 != nil || addresses != nil || ports != nil || foreign != nil else {
      return
    }
    writer.element("nat", [("ipv6", masqueradesIPv6.yesOrNo)], foreign: foreign) { writer in
      if let addresses {
        writer.element(
          "address",
          [("start", addresses.first.description), ("end", addresses.last.description)],
          foreign: foreign?.inside["address"])
      }
      if let ports {
        writer.element(
          "port", [("start", String(ports.first)), ("end", String(ports.last))],
          foreign: foreign?.inside["port"])
      }
    }
  }
}

extension PCIAddress {
  fileprivate var attributes: [(String, String?)] {
    func hexadecimal(_ value: UInt32, _ digits: Int) -> String {
      let text = String(value, radix: 16)
      return "0x" + String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
    return [
      ("type", "pci"), ("domain", hexadecimal(domain, 4)), ("bus", hexadecimal(UInt32(bus), 2)),
      ("slot", hexadecimal(UInt32(slot), 2)), ("function", hexadecimal(UInt32(function), 1)),
    ]
  }
}
