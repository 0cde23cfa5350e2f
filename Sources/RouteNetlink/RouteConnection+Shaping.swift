internal import CNetlink
internal import CNetlinkRoute
public import LinuxTypes

extension RouteConnection {
  /// How fast packets leave an interface (`man 8 tc-htb`).
  public struct Shape: Equatable, Sendable {
    /// Over a long time, in bytes a second, 1 at least.
    public var rate: UInt64
    /// At most, in bytes a second, ``rate`` at least.
    public var ceiling: UInt64
    /// What may go at the speed of ``ceiling`` before ``rate`` counts, in bytes; nil for what a
    /// tick of the kernel's clock needs.
    public var burst: UInt32?

    /// A shape.
    public init(rate: UInt64, ceiling: UInt64, burst: UInt32?) {
      self.rate = rate
      self.ceiling = ceiling
      self.burst = burst
    }
  }

  /// Shapes what leaves an interface, in place of any shape it has.
  ///
  /// As libvirt does it: a token bucket for all (1:1), in which guests that have a share of their
  /// own would get buckets beside the one for all others (1:2).
  public func shape(_ index: InterfaceIndex, _ shape: Shape) throws(RouteError) {
    try unshape(index)
    let subject = "interface \(index.rawValue)"
    // SAFETY of this and the following: what libnl hands out is checked, put back once, and not
    // used after.
    guard let root = unsafe rtnl_qdisc_alloc() else {
      throw failed("shape", subject, -NLE_NOMEM)
    }
    defer { unsafe rtnl_qdisc_put(root) }
    unsafe identify(root, index, handle: 0x1_0000, parent: cnetlinkroute_TC_H_ROOT)
    unsafe rtnl_htb_set_defcls(root, 2)
    let added = unsafe rtnl_qdisc_add(socket, root, NLM_F_CREATE | NLM_F_EXCL)
    if added < 0 { throw failed("shape", subject, added) }
    do throws(RouteError) {
      try addClass(index, handle: 0x1_0001, parent: 0x1_0000, shape, burst: nil)
      try addClass(index, handle: 0x1_0002, parent: 0x1_0001, shape, burst: shape.burst)
    } catch {
      try? unshape(index)
      throw error
    }
  }

  /// Takes the shape off an interface, if it has one.
  public func unshape(_ index: InterfaceIndex) throws(RouteError) {
    guard try isShaped(index), let root = unsafe rtnl_qdisc_alloc() else { return }
    defer { unsafe rtnl_qdisc_put(root) }
    unsafe identify(root, index, handle: 0x1_0000, parent: cnetlinkroute_TC_H_ROOT)
    let result = unsafe rtnl_qdisc_delete(socket, root)
    // Somebody else was faster.
    if result == -NLE_OBJ_NOTFOUND || result == -NLE_NODEV { return }
    if result < 0 { throw failed("unshape", "interface \(index.rawValue)", result) }
  }

  /// Whether what leaves an interface is shaped as ``shape(_:_:)`` does it.
  public func isShaped(_ index: InterfaceIndex) throws(RouteError) -> Bool {
    var cache: OpaquePointer?
    let result = unsafe rtnl_qdisc_alloc_cache(socket, &cache)
    guard result >= 0, let cache = unsafe cache else {
      throw failed("list", "queueing disciplines", result)
    }
    defer { unsafe nl_cache_free(cache) }
    guard
      let root = unsafe rtnl_qdisc_get_by_parent(
        cache, index.rawValue, cnetlinkroute_TC_H_ROOT)
    else { return false }
    defer { unsafe rtnl_qdisc_put(root) }
    guard let kind = unsafe rtnl_tc_get_kind(root) else { return false }
    // SAFETY: the kind is NUL-terminated and lives as long as the object.
    return unsafe String(cString: kind) == "htb" && rtnl_tc_get_handle(root) == 0x1_0000
  }

  private func addClass(
    _ index: InterfaceIndex, handle: UInt32, parent: UInt32, _ shape: Shape, burst: UInt32?
  ) throws(RouteError) {
    guard let bucket = unsafe rtnl_class_alloc() else {
      throw failed("shape", "interface \(index.rawValue)", -NLE_NOMEM)
    }
    defer { unsafe rtnl_class_put(bucket) }
    unsafe identify(bucket, index, handle: handle, parent: parent)
    unsafe rtnl_htb_set_rate64(bucket, shape.rate)
    unsafe rtnl_htb_set_ceil64(bucket, shape.ceiling)
    if let burst { unsafe rtnl_htb_set_rbuffer(bucket, burst) }
    let result = unsafe rtnl_class_add(socket, bucket, NLM_F_CREATE | NLM_F_EXCL)
    if result < 0 { throw failed("shape", "interface \(index.rawValue)", result) }
  }

  // SAFETY of the callers: `object` is a queueing discipline or class of libnl's.
  private func identify(
    _ object: OpaquePointer, _ index: InterfaceIndex, handle: UInt32, parent: UInt32
  ) {
    unsafe rtnl_tc_set_ifindex(object, index.rawValue)
    unsafe rtnl_tc_set_handle(object, handle)
    unsafe rtnl_tc_set_parent(object, parent)
    // The kind's name is a constant that libnl copies.
    _ = unsafe rtnl_tc_set_kind(object, "htb")
    // Packets that were joined on their way (GSO) count whole.
    unsafe rtnl_tc_set_mtu(object, 65536)
  }
}
