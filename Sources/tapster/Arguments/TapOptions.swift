internal import CommandSyntax
internal import LinuxTypes
internal import MonitorArguments

/// Options that several commands for taps have.
enum TapOptions {
  static let tap = RequiredText("tap", "name of a tap", candidates: .taps)
  static let queues = Number(
    "queues", "number of queues, 1 to \(TapWish.maximumQueues)", isPositional: false)
}

extension Arguments {
  /// The name of an interface that an option says.
  func interfaceName(_ option: RequiredText) throws(Failure) -> InterfaceName {
    let text = try value(of: option)
    guard let name = InterfaceName(text) else {
      throw Failure(
        ["'\(PrintableText.excerpt(Array(text.utf8)))' is not the name of an interface"],
        advice: "1 to 15 bytes without '/', ':', '%', white space or control bytes")
    }
    return name
  }

  /// What ``TapOptions/queues`` says; 1 if it is not there.
  func queues() throws(Failure) -> Int {
    guard let number = try value(of: TapOptions.queues) else { return 1 }
    guard (1...Int32(TapWish.maximumQueues)).contains(number) else {
      throw Failure(ValueError.malformedNumber("\(number)", option: "queues"))
    }
    return Int(number)
  }
}
