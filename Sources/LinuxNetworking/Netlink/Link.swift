internal import CLinux
public import LinuxTypes

/// A network interface as the kernel describes it (RTM_NEWLINK, `man 7 rtnetlink`,
/// `<linux/if_link.h>`).
public struct Link: Sendable {
  /// Its number.
  public let index: InterfaceIndex
  /// Its own name.
  public let name: [UInt8]
  /// Its alternative names, each up to 127 bytes (`ip link property add … altname`).
  public let alternativeNames: [[UInt8]]
  /// What it is: "bridge", "tun", "veth"; empty for hardware.
  public let kind: [UInt8]
  /// The largest packet, in bytes.
  public let mtu: UInt32
  /// Its link-layer address, if that is an Ethernet one.
  public let address: MACAddress?
  /// The bridge (or bond …) that it is a port of.
  public let master: InterfaceIndex?
  /// Whether it is up (IFF_UP).
  public let isUp: Bool
  /// Whether there is somebody at its other end (IFF_LOWER_UP): a tap's descriptor is open, and its
  /// holder has not switched the carrier off.
  public let hasCarrier: Bool
  /// What was noted about it (`ip link set … alias`), at most 255 bytes; empty if nothing was.
  public let alias: [UInt8]
  /// Whether all its ports are to be kept from one another, as a bridge's alias can say for whoever
  /// makes ports (``isolationMark``).
  public let isolatesPorts: Bool
  /// How the bridge treats it, if it is a port of a bridge.
  public let port: BridgePort?
  /// Who may use it and who does, if it is a tap.
  public let tap: TapState?
  /// How many bytes came in by it, and how many went out; nil where that was not asked for. What a
  /// guest sends comes in by its tap.
  public let traffic: (receivedBytes: UInt64, sentBytes: UInt64)?

  /// Reads the body of an RTM_NEWLINK message, or returns nil if it is not one.
  init?(_ body: ArraySlice<UInt8>) {
    // struct ifinfomsg: family, pad, type (2), index (4), flags (4), change (4).
    guard body.count >= 16,
      let number = body.dropFirst(4).machineUInt32,
      let index = InterfaceIndex(Int32(bitPattern: number)),
      let flags = body.dropFirst(8).machineUInt32
    else { return nil }
    let attributes = NetlinkAttributes(body.dropFirst(16))
    guard let name = attributes[Int(IFLA_IFNAME)]?.untilNUL else { return nil }

    self.index = index
    self.name = name
    isUp = flags & UInt32(IFF_UP) != 0
    hasCarrier = flags & UInt32(CLINUX_IFF_LOWER_UP) != 0
    mtu = attributes[Int(IFLA_MTU)]?.machineUInt32 ?? 0
    alias = attributes[Int(IFLA_IFALIAS)]?.untilNUL ?? []
    isolatesPorts = alias == Self.isolationMark
    address = attributes[Int(IFLA_ADDRESS)].flatMap { MACAddress(bytes: $0) }
    master = attributes[Int(IFLA_MASTER)]?.machineUInt32
      .flatMap { InterfaceIndex(Int32(bitPattern: $0)) }

    // struct rtnl_link_stats64: packets in, packets out, bytes in, bytes out, 8 bytes each.
    let statistics = attributes[Int(IFLA_STATS64)]
    if let received = statistics?.dropFirst(16).machineUInt64,
      let sent = statistics?.dropFirst(24).machineUInt64
    {
      traffic = (received, sent)
    } else {
      traffic = nil
    }

    var alternativeNames: [[UInt8]] = []
    if let list = attributes[Int(IFLA_PROP_LIST)] {
      for (type, payload) in NetlinkAttributes(list) where type == Int(IFLA_ALT_IFNAME) {
        alternativeNames.append(payload.untilNUL)
      }
    }
    self.alternativeNames = alternativeNames

    var kind: [UInt8] = []
    var port: BridgePort?
    var tap: TapState?
    if let information = attributes[Int(IFLA_LINKINFO)].map({ NetlinkAttributes($0) }) {
      kind = information[Int(IFLA_INFO_KIND)]?.untilNUL ?? []
      if kind.elementsEqual("tun".utf8), let state = information[Int(IFLA_INFO_DATA)] {
        tap = TapState(NetlinkAttributes(state))
      }
      if let portKind = information[Int(IFLA_INFO_SLAVE_KIND)]?.untilNUL,
        portKind == Self.bridgeKind, let flags = information[Int(IFLA_INFO_SLAVE_DATA)]
      {
        port = BridgePort(NetlinkAttributes(flags))
      }
    }
    self.kind = kind
    self.port = port
    self.tap = tap
  }

  /// Whether it is a bridge of the kernel's own.
  public var isBridge: Bool { kind == Self.bridgeKind }

  static let bridgeKind = Array("bridge".utf8)

  /// The alias of a bridge whose ports are all isolated. The kernel has such a flag for each port
  /// only, and an alias is root's to set.
  public static let isolationMark = Array("tapster: isolated ports".utf8)
}
