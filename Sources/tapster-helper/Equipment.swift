internal import LinuxNetworking
internal import TapBroker

/// What any request is served with, whoever asks and for what: opened in the phase *Enter*.
struct Equipment: ~Copyable {
  /// The way to the kernel's interfaces.
  var socket: RouteSocket
  /// Who hears of decisions.
  let log: DecisionLog
  /// The device of the first queue, if it was opened ahead.
  var device = DescriptorList()
  /// Whether the system calls are filtered already.
  var isFiltered = false

  /// Opens what every request needs.
  static func open() throws(Refusal) -> Equipment {
    Equipment(socket: try RouteSocket.forRequests(), log: try DecisionLog())
  }

  private init(socket: consuming RouteSocket, log: consuming DecisionLog) {
    self.socket = socket
    self.log = log
  }

  /// Gives away what was opened of the device.
  mutating func takeDevice() -> DescriptorList {
    var taken = DescriptorList()
    swap(&taken, &device)
    return taken
  }
}
