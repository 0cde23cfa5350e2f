/// The networks of the matrix: one of each kind, all up at once.
///
/// Number N has 192.168.(100+N).0/24 and, if it has IPv6, 2001:db8:N::/64; the host is .1 and ::1
/// in them, guests are .11, .12 and ::11, ::12.
enum Definition: Int, CaseIterable {
  case nat = 1
  /// IPv6 beside it, and masqueraded.
  case natIPv6
  /// Out by `uplink0` only.
  case natDevice
  /// Masqueraded with 198.51.100.10 to .11, ports 40000 to 40999.
  case natRange
  case route
  case routeIPv6
  case isolated
  case isolatedIPv6
  case open
  /// `ipv6='yes'`, and no address of the host's.
  case bare
  /// A bridge of the host's, `br-lan`, that the host has no address on; another machine has.
  case bridged
  /// Two blocks of IPv4, masqueraded: guest 1 is in the first, guest 2 in the second,
  /// 192.168.(200+N).0/24.
  case twoBlocks

  /// Its name, and its bridge's.
  var name: String { "\(self)" }
  var bridge: String { self == .bridged ? "br-lan" : "br\(rawValue)" }

  /// Whether the host has an IPv4 or IPv6 address in it.
  var hasIPv4: Bool { self != .bare && self != .bridged }
  var hasIPv6: Bool {
    switch self {
    case .natIPv6, .routeIPv6, .isolatedIPv6, .open: true
    default: false
    }
  }

  /// The host's address in it, as its first or second guest needs it.
  func gateway(ofGuest number: Int) -> String { "192.168.\(block(ofGuest: number)).1" }
  var gatewayIPv6: String { "2001:db8:\(rawValue)::1" }
  func address(ofGuest number: Int) -> String { "192.168.\(block(ofGuest: number)).1\(number)" }
  func addressIPv6(ofGuest number: Int) -> String { "2001:db8:\(rawValue)::1\(number)" }
  func mac(ofGuest number: Int) -> String {
    "52:54:00:00:" + (rawValue < 10 ? "0\(rawValue)" : "\(rawValue)") + ":0\(number)"
  }

  private func block(ofGuest number: Int) -> Int {
    (self == .twoBlocks && number == 2 ? 200 : 100) + rawValue
  }

  /// The largest packet, where it is said.
  var mtu: Int? { self == .route ? 1400 : nil }

  /// The domain of its guests.
  var domain: String { "\(name.lowercased()).example" }

  /// What the network is made from.
  var xml: String {
    var text = "<network\(self == .bare ? " ipv6='yes'" : "")>\n  <name>\(name)</name>\n"
    if let forward { text += "  \(forward)\n" }
    // Spanning tree would keep guests waiting.
    text += "  <bridge name='\(bridge)'" + (self == .bridged ? "/>\n" : " stp='off' delay='0'/>\n")
    if let mtu { text += "  <mtu size='\(mtu)'/>\n" }
    if hasIPv4 { text += ip }
    if self == .twoBlocks {
      text += "  <ip address='\(gateway(ofGuest: 2))' netmask='255.255.255.0'/>\n"
    }
    if hasIPv6 { text += ipv6 }
    if self == .routeIPv6 {
      text += "  <route address='10.99.0.0' prefix='16' gateway='\(address(ofGuest: 2))'/>\n"
    }
    return text + "</network>\n"
  }

  private var forward: String? {
    switch self {
    case .nat, .twoBlocks: "<forward mode='nat'/>"
    case .natIPv6: "<forward mode='nat'><nat ipv6='yes'/></forward>"
    case .natDevice: "<forward mode='nat' dev='uplink0'/>"
    case .natRange:
      """
      <forward mode='nat'><nat><address start='198.51.100.10' end='198.51.100.11'/>\
      <port start='40000' end='40999'/></nat></forward>
      """
    case .route, .routeIPv6: "<forward mode='route'/>"
    case .open: "<forward mode='open'/>"
    case .bridged: "<forward mode='bridge'/>"
    case .isolated, .isolatedIPv6, .bare: nil
    }
  }

  /// With all that dnsmasq is asked for.
  private var ip: String {
    """
      <domain name='\(domain)' localOnly='yes'/>
      <dns><host ip='192.168.\(100 + rawValue).77'><hostname>stone</hostname></host></dns>
      <ip address='\(gateway(ofGuest: 1))' prefix='24'>
        <tftp root='\(MatrixSite.tftpRoot)'/>
        <dhcp>
          <range start='192.168.\(100 + rawValue).100' end='192.168.\(100 + rawValue).199'/>
          <host mac='\(mac(ofGuest: 1))' name='one' ip='\(address(ofGuest: 1))'/>
          <bootp file='boot.bin'/>
        </dhcp>
      </ip>

    """
  }

  /// By advertisement in the first of them, by DHCPv6 in the others.
  private var ipv6: String {
    let start = "  <ip family='ipv6' address='\(gatewayIPv6)' prefix='64'"
    guard self != .natIPv6 else { return start + "/>\n" }
    let network = "2001:db8:\(rawValue)"
    let mac = mac(ofGuest: 1)
    return start + """
      >
          <dhcp>
            <range start='\(network)::100' end='\(network)::1ff'/>
            <host id='00:03:00:01:\(mac)' name='one6' ip='\(network)::55'/>
          </dhcp>
        </ip>

      """
  }
}
