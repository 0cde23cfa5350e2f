internal import LinuxNetworking
internal import NetworkEngine
internal import NetworkModel

extension Warning {
  /// Says it on standard error, with what can be done about it.
  func say(of network: NetworkName) {
    let advice = advice.map { "  \($0)\n" } ?? ""
    StandardStream.error.write("warning: network \(network): \(words)\n\(advice)")
  }
}
