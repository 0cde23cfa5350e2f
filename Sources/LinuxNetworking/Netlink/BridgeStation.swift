internal import CLinux
public import LinuxTypes

/// An entry of a bridge's address table: a station, and the port that it is behind (RTM_NEWNEIGH of
/// AF_BRIDGE, `<linux/neighbour.h>`, `man 8 bridge`).
public struct BridgeStation: Equatable, Sendable {
  /// The port.
  public let port: InterfaceIndex
  /// The station's address.
  public let address: MACAddress
  /// Whether the address is the port's own, and not that of somebody behind it.
  public let isPorts: Bool

  /// Reads the body of an RTM_NEWNEIGH message, or returns nil if it is not one of a bridge.
  init?(_ body: ArraySlice<UInt8>) {
    // struct ndmsg: family, padding (3), interface (4), state (2), flags, type.
    guard body.count >= 12, body.first == UInt8(AF_BRIDGE),
      let port = body.dropFirst(4).machineUInt32
        .flatMap({ InterfaceIndex(Int32(bitPattern: $0)) }),
      let state = body.dropFirst(8).machineUInt16,
      let address = NetlinkAttributes(body.dropFirst(12))[Int(NDA_LLADDR)]
        .flatMap({ MACAddress(bytes: $0) })
    else { return nil }
    self.port = port
    self.address = address
    isPorts = Int32(state) & NUD_PERMANENT != 0
  }
}
