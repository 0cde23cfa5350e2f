internal import LinuxNetworking
public import LinuxTypes
internal import TapBroker

/// The taps that tapster-helper made. The kernel is where they are written down.
public enum TapList {
  /// All of them, of all users, by their names.
  public static func all() throws(TapClientError) -> [ListedTap] {
    do throws(NetlinkError) {
      var socket = try RouteSocket()
      let links = try socket.taps()
      var guests: [InterfaceIndex: [MACAddress]] = [:]
      for station in try socket.stations() {
        guests[station.port, default: []].append(station.address)
      }
      var bridges: [InterfaceIndex: String] = [:]
      var taps: [ListedTap] = []
      for link in links {
        if let master = link.master, bridges[master] == nil,
          let bridge = try bridge(master, &socket)
        {
          bridges[master] = bridge
        }
        let listed = ListedTap(
          link, bridge: link.master.flatMap { bridges[$0] }, guests: guests[link.index] ?? [])
        if let listed { taps.append(listed) }
      }
      return taps.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
    } catch { throw .kernel(error.description) }
  }

  /// The tap that has `name` as its own or a further name, or nil if none of ours has.
  public static func named(_ name: InterfaceName) throws(TapClientError) -> ListedTap? {
    try all().first { $0.name == name || $0.furtherNames.contains(name.bytes) }
  }

  /// The only addresses that the port of a tap may send from, as long as nobody has sent anything
  /// by it; none if it may send from any.
  public static func lockedAddresses(of tap: InterfaceName) throws(TapClientError) -> [MACAddress] {
    do throws(NetlinkError) {
      var socket = try RouteSocket()
      guard let link = try socket.link(named: tap), link.port?.isLocked == true else { return [] }
      return try socket.stations().filter { $0.port == link.index }.map(\.address)
    } catch { throw .kernel(error.description) }
  }

  /// Removes a tap, whoever's it is and whoever has it open, if it still is what it was when it was
  /// listed; false if it is not. For an administrator.
  public static func remove(_ tap: ListedTap) throws(TapClientError) -> Bool {
    do throws(NetlinkError) {
      var socket = try RouteSocket()
      guard let link = try existing(tap.index, &socket), link.tap != nil, link.alias == tap.alias,
        link.name == tap.name.bytes
      else { return false }
      try socket.remove(tap.index)
      return true
    } catch {
      if error.errno == .noSuchDevice { return false }
      throw .kernel(error.description)
    }
  }

  /// The name of an interface; nil if it is gone meanwhile.
  private static func bridge(_ index: InterfaceIndex, _ socket: inout RouteSocket)
    throws(NetlinkError) -> String?
  { try existing(index, &socket).map { PrintableText.escape($0.name) } }

  private static func existing(_ index: InterfaceIndex, _ socket: inout RouteSocket)
    throws(NetlinkError) -> Link?
  {
    do throws(NetlinkError) { return try socket.link(at: index) } catch {
      if error.errno == .noSuchDevice { return nil }
      throw error
    }
  }
}

extension ListedTap {
  /// Reads what the kernel says of a tap; nil if it is none of ours.
  init?(_ link: Link, bridge: String?, guests: [MACAddress]) {
    guard let state = link.tap, let name = InterfaceName(link.name), let mark = TapMark(link.alias),
      TapName.user(of: link.name) == mark.user
    else { return nil }
    index = link.index
    self.name = name
    furtherNames = link.alternativeNames
    user = mark.user
    since = mark.since
    rule = String(decoding: mark.rule, as: UTF8.self)
    self.bridge = bridge
    address = link.address
    self.guests = guests.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    bytesFromGuest = link.traffic?.receivedBytes ?? 0
    bytesToGuest = link.traffic?.sentBytes ?? 0
    isPersistent = state.isPersistent
    isHeld = link.hasCarrier || !state.isIdle
    givenTo = state.owner == mark.user ? nil : state.owner
    alias = link.alias
  }
}
