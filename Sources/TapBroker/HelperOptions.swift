internal import AccessControl
internal import LinuxTypes

/// The options of one command line while it is read.
struct HelperOptions {
  /// An option, spelled `--NAME` or `--NAME=VALUE`.
  enum Option: UInt8, CaseIterable {
    case bridge, descriptor, virtioHeader, queues, vhost, name, check, persist, remove, serve

    var name: String {
      switch self {
      case .bridge: "br"
      case .descriptor: "fd"
      case .virtioHeader: "use-vnet"
      case .queues: "queues"
      case .vhost: "vhost"
      case .name: "name"
      case .check: "check"
      case .persist: "persist"
      case .remove: "remove"
      case .serve: "serve"
      }
    }

    /// What stands behind the `=`, for people; nil if there is no `=`.
    var placeholder: String? {
      switch self {
      case .bridge: "BRIDGE"
      case .descriptor: "FD"
      case .queues: "N"
      case .name: "IFNAME"
      case .virtioHeader, .vhost, .check, .persist, .remove, .serve: nil
      }
    }
  }

  private(set) var bridge: InterfaceName?
  private(set) var descriptor: Int32?
  private(set) var queues: Int?
  private(set) var name: InterfaceName?
  private var seen: UInt16 = 0

  func has(_ option: Option) -> Bool { seen & 1 << UInt16(option.rawValue) != 0 }

  mutating func read(_ argument: [UInt8]) throws(HelperCommand.UsageError) {
    func shown() -> String { PrintableText.excerpt(argument) }
    guard argument.starts(with: "--".utf8) else {
      throw HelperCommand.UsageError(text: "'\(shown())' is not an option")
    }
    let equals = argument.firstIndex(of: UInt8(ascii: "=")) ?? argument.endIndex
    let value: ArraySlice<UInt8>? =
      equals < argument.endIndex ? argument[(equals + 1)...] : nil
    let key = argument[2..<max(2, equals)]
    guard let option = Option.allCases.first(where: { key.elementsEqual($0.name.utf8) }) else {
      throw HelperCommand.UsageError(text: "'\(shown())' is not an option")
    }
    guard !has(option) else {
      throw HelperCommand.UsageError(text: "--\(option.name) is given twice")
    }
    seen |= 1 << UInt16(option.rawValue)

    guard let placeholder = option.placeholder else {
      guard value == nil else {
        throw HelperCommand.UsageError(text: "--\(option.name) takes no value")
      }
      return
    }
    guard let value else {
      throw HelperCommand.UsageError(text: "--\(option.name)=\(placeholder) wants a value")
    }
    try take(value, of: option, shown: shown)
  }

  private mutating func take(_ value: ArraySlice<UInt8>, of option: Option, shown: () -> String)
    throws(HelperCommand.UsageError)
  {
    switch option {
    case .bridge: bridge = try interfaceName(value, shown)
    case .name: name = try interfaceName(value, shown)
    case .descriptor:
      guard let number = DecimalNumber.parse(value, maximum: UInt32(Int32.max)), number > 2 else {
        throw HelperCommand.UsageError(
          text: "'\(shown())': not the decimal number of a descriptor above 2")
      }
      descriptor = Int32(number)
    default:
      let maximum = ACLParser.maximumQueues
      guard let number = DecimalNumber.parse(value, maximum: maximum), number >= 1 else {
        throw HelperCommand.UsageError(
          text: "'\(shown())': not a decimal number of queues from 1 to \(maximum)")
      }
      queues = Int(number)
    }
  }

  private func interfaceName(_ value: ArraySlice<UInt8>, _ shown: () -> String)
    throws(HelperCommand.UsageError) -> InterfaceName
  {
    guard let name = InterfaceName(value) else {
      throw HelperCommand.UsageError(
        text:
          "'\(shown())': an interface name is 1 to 15 bytes without '/', ':', '%', white space or "
          + "control bytes")
    }
    return name
  }
}
