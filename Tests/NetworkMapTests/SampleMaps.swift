import NetworkMap

/// Maps that are drawn in tests.
enum SampleMaps {
  /// One network, as it is on most machines.
  static let one = HostMap(
    uplinks: [
      HostMap.Uplink(
        interface: "eth0", families: ["IPv4", "IPv6"],
        addresses: ["198.51.100.1/24", "2001:db8:ff01::1/64"])
    ],
    segments: [
      HostMap.Segment(
        network: "default", mode: "nat", subnets: ["192.168.122.0/24"], isRouted: true,
        bridge: "virbr0", addresses: ["192.168.122.1/24"],
        ports: [
          HostMap.Port(
            interface: "taprt-3-0", owner: "ada",
            guests: [
              HostMap.Guest(
                name: "build", addresses: ["192.168.122.22"], mac: "52:54:00:00:00:22")
            ]),
          HostMap.Port(
            interface: "taprt-3-1", owner: "ben",
            guests: [HostMap.Guest(mac: "52:54:00:00:00:23")]),
          HostMap.Port(interface: "taprt-3-2", owner: "uid 4242", isUp: false),
        ],
        absent: [
          HostMap.Guest(name: "old", addresses: ["192.168.122.99"], mac: "52:54:00:00:00:99")
        ],
        forwards: [HostMap.Forward(listening: "tcp 2222", target: "build:22")]),
      HostMap.Segment(
        network: nil, mode: "", bridge: "br-lan",
        ports: [HostMap.Port(interface: "eth1", kind: "")]),
    ],
    inactive: ["lab"])

  /// Names as strangers give them: long, wide, of marks and of what a terminal, XML and dot obey.
  static let names = [
    "lab", "a-network-with-a-name-that-no-line-has-room-for", "東京の大学の研究室のネットワーク",
    "\u{1B}[31m\u{9B}2J\u{202E}\u{200D}\u{7}", "<b>&amp;\"'\\n</text>]]>",
    "e\u{301}\u{20DD}\u{FE0F}",
    "\u{1F469}\u{200D}\u{1F680} moon", " ", "שלום", "\n\t\r\u{2028}",
    "]; evil -- node [label=\"x\"",
  ]

  /// Twenty networks of every mode, with ports, guests and names of all kinds.
  static let twenty: HostMap = {
    let modes = ["nat", "route", "open", "isolated", "bridge"]
    var map = HostMap(uplinks: [
      HostMap.Uplink(
        interface: "eth0", families: ["IPv4", "IPv6"],
        addresses: ["198.51.100.1/24", "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/64"]),
      HostMap.Uplink(interface: "wlan0", families: ["IPv4"], addresses: ["10.0.0.5/24"]),
    ])
    for number in 0..<20 {
      let name = names[number % names.count]
      let ports = (0..<number % 4).map { port in
        HostMap.Port(
          interface: "tap\(number)-\(port)", owner: port == 1 ? "a-user-with-a-long-name" : name,
          isUp: port != 2,
          guests: (0..<port + 1).map { guest in
            HostMap.Guest(
              name: guest == 1 ? nil : name,
              addresses: ["192.168.\(number).\(guest)", "2001:db8::aaaa:bbbb:cccc:\(guest)"],
              mac: "52:54:00:00:0\(port):0\(guest)")
          })
      }
      let mode = modes[number % 5]
      map.segments.append(
        HostMap.Segment(
          network: name, mode: mode,
          subnets: ["192.168.\(number).0/24", "2001:db8:0:\(number)::/64", "10.\(number).0.0/16"],
          isRouted: number % 5 < 3, leavesBy: number == 5 ? ["eth1", "eth2"] : [],
          bridge: "virbr\(number)", state: number == 7 ? .missing : number == 8 ? .down : .up,
          addresses: ["192.168.\(number).1/24"], ports: ports,
          absent: number == 9 ? [HostMap.Guest(name: name)] : [],
          forwards: number == 0 ? [HostMap.Forward(listening: "udp 53", target: name)] : []))
    }
    map.inactive = (0..<40).map { "sleeping-\($0)" } + names
    return map
  }()

  static let all = [HostMap(), HostMap(inactive: ["lab"]), one, twenty]
}
