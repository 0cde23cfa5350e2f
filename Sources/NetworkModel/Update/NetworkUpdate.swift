/// A change of one entry of a network's definition (`virsh net-update`).
///
/// Entries are found as libvirt finds them: a DHCP host to delete by all that is said of it, one to
/// modify by its MAC address, its name or its address, …
public struct NetworkUpdate: Sendable {
  /// What to do.
  public enum Command: String, CaseIterable, Sendable {
    /// Put the entry behind the others (virsh: `add` or `add-last`).
    case add
    /// Put it before them.
    case addFirst = "add-first"
    /// Take away the entry that it describes.
    case delete
    /// Put it in the place of the entry that it describes.
    case modify
  }

  /// Where, by virsh's names.
  public enum Section: String, CaseIterable, Sendable {
    case bridge
    case domain
    case ip
    case dhcpHost = "ip-dhcp-host"
    case dhcpRange = "ip-dhcp-range"
    case forward
    case forwardInterface = "forward-interface"
    case physicalFunction = "forward-pf"
    case portGroup = "portgroup"
    case dnsHost = "dns-host"
    case dnsText = "dns-txt"
    case dnsService = "dns-srv"
  }

  /// What to do.
  public let command: Command
  /// Where.
  public let section: Section
  /// Which `<ip>` of the definition is meant, from 0; nil for the one that has DHCP, or the first.
  public let parentIndex: Int?
  let element: XMLElement
  let source: String

  /// Takes the entry from `xml`, which errors call `source`. Throws if it is not XML.
  public init(
    _ command: Command, _ section: Section, parentIndex: Int?, xml: [UInt8], source: String
  ) throws(NetworkXMLError) {
    self.command = command
    self.section = section
    self.parentIndex = parentIndex
    self.source = source
    element = try XMLDocument.parse(xml, source: source)
  }

  /// Changes `network`, or throws and leaves it as it was.
  ///
  /// The result may be a definition that cannot be: whoever wants to keep it writes it and reads it
  /// again, as libvirt does.
  public func apply(to network: inout Network) throws(NetworkUpdateError) {
    var changed = network
    switch section {
    case .bridge, .domain, .ip, .forward, .physicalFunction:
      let name = section == .physicalFunction ? "forward pf" : section.rawValue
      throw unsupported("can't update '\(name)' section of network '\(network.name)'")
    case .dhcpHost: try updateDHCPHost(&changed)
    case .dhcpRange: try updateDHCPRange(&changed)
    case .forwardInterface: try updateForwardInterface(&changed)
    case .portGroup: try updatePortGroup(&changed)
    case .dnsHost: try updateDNSHost(&changed)
    case .dnsText: try updateDNSText(&changed)
    case .dnsService: try updateDNSService(&changed)
    }
    network = changed
  }

  var isAddition: Bool { command == .add || command == .addFirst }

  /// Puts `entry` where the command says.
  func add<Entry>(_ entry: Entry, to entries: inout [Entry]) {
    entries.insert(entry, at: command == .addFirst ? 0 : entries.count)
  }

  func unsupported(_ message: String) -> NetworkUpdateError {
    NetworkUpdateError(kind: .unsupported, message: message)
  }

  func invalid(_ message: String) -> NetworkUpdateError {
    NetworkUpdateError(kind: .invalid, message: message)
  }

  /// The entry as `parse` reads it; it has to be called `name`.
  func read<Entry>(
    _ name: String, of network: Network, _ parse: () throws(NetworkXMLError) -> Entry
  ) throws(NetworkUpdateError) -> Entry {
    guard element.name.local == name, element.name.namespace == nil else {
      throw NetworkUpdateError(
        kind: .badXML,
        message: "unexpected element <\(element.name.text)>, expecting <\(name)>, while updating "
          + "network '\(network.name)'")
    }
    do throws(NetworkXMLError) {
      return try parse()
    } catch { throw NetworkUpdateError(kind: .badXML, message: "\(error)") }
  }
}
