internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkEngine
internal import NetworkModel

extension Warning {
  /// Says it on standard error, with what can be done about it.
  func say(of network: NetworkName) {
    let lines = ["warning: network \(network): \(words)"] + (advice.map { ["  \($0)"] } ?? [])
    StandardStream.error.write(lines.map { PrintableText.line($0) + "\n" }.joined())
  }
}
