internal import CLinux
public import LinuxTypes

/// Who may use a tap and who does, as the kernel describes it (IFLA_TUN_… of `<linux/if_link.h>`).
public struct TapState: Equatable, Sendable {
  /// Who may attach to it without CAP_NET_ADMIN, if anybody was named (TUNSETOWNER).
  public var owner: UserID?
  /// Which group may, likewise (TUNSETGROUP).
  public var group: GroupID?
  /// Whether it outlives its descriptors (TUNSETPERSIST).
  public var isPersistent: Bool
  /// How many queues are attached, of a tap that can have several; nil for one that cannot.
  public var queues: UInt32?
  /// How many of its queues are set aside (TUNSETQUEUE).
  public var disabledQueues: UInt32

  /// Whether nobody is on a tap that can have several queues; of one that cannot this says nothing.
  public var isIdle: Bool { (queues ?? 0) == 0 && disabledQueues == 0 }

  /// A tap of `owner` alone, that goes with its `queues` descriptors.
  public init(owner: UserID, queues: Int) {
    self.owner = owner
    isPersistent = false
    self.queues = queues > 1 ? UInt32(queues) : nil
    disabledQueues = 0
  }

  /// Reads what the kernel reports.
  init(_ attributes: NetlinkAttributes) {
    owner = attributes[Int(IFLA_TUN_OWNER)]?.machineUInt32.flatMap { UserID($0) }
    group = attributes[Int(IFLA_TUN_GROUP)]?.machineUInt32.flatMap { GroupID($0) }
    isPersistent = attributes[Int(IFLA_TUN_PERSIST)]?.first != 0
    let isMultiQueue = attributes[Int(IFLA_TUN_MULTI_QUEUE)]?.first == 1
    queues = isMultiQueue ? attributes[Int(IFLA_TUN_NUM_QUEUES)]?.machineUInt32 : nil
    disabledQueues = attributes[Int(IFLA_TUN_NUM_DISABLED_QUEUES)]?.machineUInt32 ?? 0
  }
}
