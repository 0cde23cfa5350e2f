internal import CLinux
public import LinuxTypes

/// A socket to the kernel's routing netlink (`man 7 rtnetlink`).
///
/// The kernel assigns its port, checks requests strictly where it can, and explains what it
/// refuses. Answers are matched by sequence number and must come from the kernel.
public struct RouteSocket: ~Copyable {
  let descriptor: FileDescriptor
  private let buffer = ReceiveBuffer(size: 16384)
  /// The number of the message that was made last.
  private(set) var sequence: UInt32 = 0

  /// Opens the socket.
  public init() throws(NetlinkError) {
    do throws(Errno) { descriptor = try Self.open() } catch {
      throw NetlinkError(request: "open a routing netlink socket", errno: error)
    }
  }

  /// Whether the process may change interfaces of this network.
  ///
  /// A capability counts in its user namespace and those below, and this network may belong to one
  /// above (`man 7 user_namespaces`): the kernel is asked, by setting a mark that is set already.
  public var mayAdminister: Bool { clinux_set_mark(descriptor.rawValue, 0) >= 0 }

  /// The interface that has `name` as its own or an alternative name; nil if there is none.
  public mutating func link(named name: InterfaceName) throws(NetlinkError) -> Link? {
    var message = linkMessage(RTM_GETLINK, flags: NLM_F_REQUEST, index: nil)
    message.append(Int(IFLA_IFNAME), text: name.bytes)
    message.append(Int(IFLA_EXT_MASK), number: UInt32(RTEXT_FILTER_SKIP_STATS))
    do throws(NetlinkError) {
      let request = Request(bytes: message.complete())
      return try exchange([request], request: "look the interface up").first
    } catch {
      if error.errno == .noSuchDevice { return nil }
      throw error
    }
  }

  /// The number of the interface whose own or alternative name is `name` (SIOCGIFINDEX, `man 7
  /// netdevice`).
  public borrowing func index(named name: [UInt8]) throws(Errno) -> InterfaceIndex {
    guard let buffer = InterfaceNameBuffer(name) else { throw .nameTooLong }
    // SAFETY: the buffer has the IFNAMSIZ bytes that the call reads.
    let number = try value(unsafe clinux_interface_index(descriptor.rawValue, buffer.bytes))
    guard let index = InterfaceIndex(number) else { throw .noSuchDevice }
    return index
  }

  /// The interface `index` as it is now.
  public mutating func link(at index: InterfaceIndex) throws(NetlinkError) -> Link? {
    var message = linkMessage(RTM_GETLINK, flags: NLM_F_REQUEST, index: index)
    message.append(Int(IFLA_EXT_MASK), number: UInt32(RTEXT_FILTER_SKIP_STATS))
    return try exchange([Request(bytes: message.complete())], request: "read the tap back").first
  }

  /// Removes the interface `index`, whoever has it open.
  public mutating func remove(_ index: InterfaceIndex) throws(NetlinkError) {
    let message = linkMessage(RTM_DELLINK, flags: NLM_F_REQUEST | NLM_F_ACK, index: index)
    _ = try exchange([Request(bytes: message.complete())], request: "remove the tap")
  }

  /// What an interface is turned into by ``plug(_:as:)``.
  public struct PortConfiguration: Sendable {
    /// The bridge it becomes a port of.
    public var bridge: InterfaceIndex
    /// The largest packet, in bytes.
    public var mtu: UInt32
    /// Its own link-layer address.
    public var address: MACAddress
    /// A note for administrators (`ip link show`), at most 255 bytes.
    public var alias: [UInt8]
    /// A further name, which `ip` and TUNSETIFF take as well as its own.
    public var alternativeName: InterfaceName?
    /// How the bridge treats it.
    public var port: BridgePort
    /// The source addresses that a locked port may send from.
    public var lockedTo: [MACAddress]

    /// A configuration of its parts.
    public init(
      bridge: InterfaceIndex, mtu: UInt32, address: MACAddress, alias: [UInt8],
      alternativeName: InterfaceName?, port: BridgePort, lockedTo: [MACAddress]
    ) {
      self.bridge = bridge
      self.mtu = mtu
      self.address = address
      self.alias = alias
      self.alternativeName = alternativeName
      self.port = port
      self.lockedTo = lockedTo
    }
  }

  /// Makes interface `index` a port of a bridge, reads back what it became and takes it up, in one
  /// batch.
  ///
  /// Throws what the kernel refused first; what came before that is done, and goes when the tap
  /// goes.
  public mutating func plug(_ index: InterfaceIndex, as configuration: PortConfiguration)
    throws(NetlinkError) -> Link
  {
    // The kernel tells of every refusal; that all went well, the last one's answer says.
    let change = NLM_F_REQUEST
    var messages: [Request] = []

    // A port has no use for an address of its own, and the host would answer on it. Before the MTU:
    // below 1280 the kernel takes IPv6 off the interface. Where it has no IPv6 there is nothing to
    // do.
    var addressless = linkMessage(RTM_NEWLINK, flags: change, index: index)
    addressless.nest(Int(IFLA_AF_SPEC)) { families in
      families.nest(Int(AF_INET6)) { family in
        family.append(
          Int(IFLA_INET6_ADDR_GEN_MODE), byte: UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
      }
    }
    messages.append(
      Request(bytes: addressless.complete(), mayFailWith: .addressFamilyNotSupported))

    var join = linkMessage(RTM_NEWLINK, flags: change, index: index)
    join.append(Int(IFLA_MTU), number: configuration.mtu)
    join.append(Int(IFLA_ADDRESS), configuration.address.bytes)
    join.append(Int(IFLA_IFALIAS), text: configuration.alias)
    join.append(Int(IFLA_MASTER), number: UInt32(bitPattern: configuration.bridge.rawValue))
    messages.append(Request(bytes: join.complete()))

    if let name = configuration.alternativeName {
      var property = linkMessage(
        RTM_NEWLINKPROP, flags: change | NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index: index)
      property.nest(Int(IFLA_PROP_LIST)) { list in
        list.append(Int(IFLA_ALT_IFNAME), text: name.bytes)
      }
      messages.append(Request(bytes: property.complete()))
    }

    // The kernel changes a port's flags only once it is a port, so they come in a message of their
    // own.
    var guarding = linkMessage(RTM_NEWLINK, flags: change, index: index)
    guarding.nest(Int(IFLA_LINKINFO)) { information in
      information.append(Int(IFLA_INFO_SLAVE_KIND), text: Link.bridgeKind)
      information.nest(Int(IFLA_INFO_SLAVE_DATA)) { configuration.port.append(to: &$0) }
    }
    messages.append(Request(bytes: guarding.complete()))

    for address in configuration.lockedTo {
      var neighbour = neighbourMessage(index)
      neighbour.append(Int(NDA_LLADDR), address.bytes)
      messages.append(Request(bytes: neighbour.complete()))
    }

    var readBack = linkMessage(RTM_GETLINK, flags: NLM_F_REQUEST, index: index)
    readBack.append(Int(IFLA_EXT_MASK), number: UInt32(RTEXT_FILTER_SKIP_STATS))
    messages.append(Request(bytes: readBack.complete()))

    // Last, so that not a frame passes before the rest holds; and reading a link right after it
    // rose waits for its carrier to settle.
    let rise = linkMessage(
      RTM_NEWLINK, flags: change | NLM_F_ACK, index: index, interfaceFlags: UInt32(IFF_UP))
    messages.append(Request(bytes: rise.complete()))

    let links = try exchange(messages, request: "put the tap on the bridge")
    guard let link = links.last else {
      throw NetlinkError(request: "read the tap back", errno: .noSuchDevice)
    }
    return link
  }

  // MARK: Messages

  /// One message of a batch, and the refusal of it that does no harm. The last is answered in any
  /// case, others perhaps only if they ask for something or are refused.
  private struct Request {
    let bytes: [UInt8]
    var mayFailWith: Errno?
  }

  mutating func nextSequence() -> UInt32 {
    sequence += 1
    return sequence
  }

  mutating func linkMessage(
    _ type: Int, flags: Int32, index: InterfaceIndex?, interfaceFlags: UInt32 = 0
  ) -> NetlinkMessage {
    // struct ifinfomsg: family, padding, device type (2), index, flags, which flags count.
    var body: [UInt8] = [UInt8(AF_UNSPEC), 0, 0, 0]
    body.append(machineOrder: UInt32(bitPattern: index?.rawValue ?? 0))
    body.append(machineOrder: interfaceFlags)
    body.append(machineOrder: interfaceFlags)
    return NetlinkMessage(type: type, flags: flags, sequence: nextSequence(), body: body)
  }

  /// A static entry, which no frame that comes in elsewhere moves (NTF_STICKY), of the bridge's
  /// address table for port `index`.
  private mutating func neighbourMessage(_ index: InterfaceIndex) -> NetlinkMessage {
    // struct ndmsg: family, padding (3), interface, state (2), flags, type.
    var body: [UInt8] = [UInt8(AF_BRIDGE), 0, 0, 0]
    body.append(machineOrder: UInt32(bitPattern: index.rawValue))
    body.append(machineOrder: UInt16(NUD_NOARP))
    body += [UInt8(NTF_MASTER | NTF_STICKY), 0]
    return NetlinkMessage(
      type: RTM_NEWNEIGH,
      flags: NLM_F_REQUEST | NLM_F_CREATE | NLM_F_REPLACE,
      sequence: nextSequence(), body: body)
  }

  // MARK: Exchange

  private static func open() throws(Errno) -> FileDescriptor {
    let descriptor = FileDescriptor(owning: try value(clinux_netlink_open()))
    _ = try value(clinux_netlink_enable(descriptor.rawValue, NETLINK_EXT_ACK))
    _ = try value(clinux_netlink_enable(descriptor.rawValue, NETLINK_GET_STRICT_CHK))
    return descriptor
  }

  /// Sends a batch in one datagram and reads the answers, as far as that to the last message;
  /// returns the links among them.
  private borrowing func exchange(_ messages: [Request], request: StaticText) throws(NetlinkError)
    -> [Link]
  {
    var batch: [UInt8] = []
    for message in messages { batch += message.bytes }
    do throws(Errno) {
      // SAFETY: the array outlives the call and has the size that it is told.
      _ = try retrying { unsafe clinux_netlink_send(descriptor.rawValue, batch, batch.count) }
    } catch { throw NetlinkError(request: request, errno: error) }

    let first = sequence - UInt32(messages.count) + 1
    var links: [Link] = []
    var refusal: NetlinkError?
    var answered: UInt32 = 0
    while answered < messages.count {
      let datagram: [UInt8]
      do throws(Errno) { datagram = try receive() } catch {
        throw NetlinkError(request: request, errno: error)
      }
      var rest = datagram[...]
      while let answer = NetlinkAnswer(next: &rest) {
        let position = answer.sequence &- first
        guard position >= answered, position < messages.count else {
          throw NetlinkError(request: request, errno: .protocolError)
        }
        let harmless = messages[Int(position)].mayFailWith
        answered = position + 1
        switch answer.content {
        case .link(let link): links.append(link)
        case .done: continue
        case .station, .end: throw NetlinkError(request: request, errno: .protocolError)
        case .refused(let errno, _) where errno == harmless: continue
        case .refused(let errno, let explanation):
          // The first refusal is the cause of those that follow it.
          refusal =
            refusal ?? NetlinkError(request: request, errno: errno, explanation: explanation)
        }
      }
    }
    if let refusal { throw refusal }
    return links
  }

  borrowing func receive() throws(Errno) -> [UInt8] {
    // SAFETY: the buffer has the size that the call is told.
    let count = try retrying {
      unsafe clinux_netlink_receive(
        descriptor.rawValue, buffer.bytes.baseAddress, buffer.bytes.count)
    }
    guard let datagram = buffer.first(count) else { throw .noMemory }
    return datagram
  }
}
