internal import CLinux
internal import CLinuxHost
public import LinuxNetworking
public import LinuxTypes
public import TapBroker

/// Taps for whoever runs us, by way of `tapster-helper`, which decides.
///
/// Needs no right of its own. Where the helper has none either, it asks the broker by itself.
public enum TapClient {
  /// Gets the tap that `request` asks for. Its descriptors are appended to `descriptors`.
  public static func obtain(
    _ request: TapRequest, into descriptors: inout DescriptorList
  ) throws(TapClientError) -> ReceivedTap {
    var ends: [Int32] = [-1, -1]
    do throws(Errno) {
      // SAFETY: the array has room for the two descriptors that the call writes.
      _ = try value(unsafe clinux_socket_pair(Int32(SOCK_STREAM.rawValue), &ends))
    } catch { throw .kernel("cannot make a pair of sockets: \(error)") }
    let own = FileDescriptor(owning: ends[0])
    let theirs = FileDescriptor(owning: ends[1])
    _ = try HelperProgram.run(words(request) + ["--fd=3"], socket: theirs.rawValue)

    let expected = request.queues * (request.vhost ? 2 : 1)
    do throws(Errno) {
      let before = descriptors.numbers.count
      let bytes = try descriptors.receive(from: own.rawValue, maximumSize: 1, waiting: false)
      let numbers = Array(descriptors.numbers[before...])
      guard bytes == [0], numbers.count == expected else { throw .protocolError }
      return ReceivedTap(
        name: try interfaceName(numbers[0]), descriptors: Array(numbers.prefix(request.queues)),
        vhosts: Array(numbers.dropFirst(request.queues)))
    } catch {
      throw .odd("not the \(expected) descriptors that were asked for: \(error)")
    }
  }

  /// Makes the tap that `request` asks for, one that stays; its own name.
  public static func add(_ request: TapRequest) throws(TapClientError) -> InterfaceName {
    let output = try HelperProgram.run(words(request) + ["--persist"])
    guard let line = output.split(separator: UInt8(ascii: "\n")).first,
      let name = InterfaceName(line)
    else { throw .odd("no name of a tap") }
    return name
  }

  /// Removes a tap of ours that stays, by its own or its further name.
  public static func remove(_ name: InterfaceName) throws(TapClientError) {
    _ = try HelperProgram.run(["--remove", "--name=\(text(name))"])
  }

  /// The options that ask for that, but for who is to have it.
  static func words(_ request: TapRequest) -> [String] {
    var words = ["--br=\(text(request.bridge))"]
    if request.virtioHeader { words.append("--use-vnet") }
    if request.queues > 1 { words.append("--queues=\(request.queues)") }
    if request.vhost { words.append("--vhost") }
    if let name = request.name { words.append("--name=\(text(name))") }
    return words
  }

  private static func text(_ name: InterfaceName) -> String {
    String(decoding: name.bytes, as: UTF8.self)
  }

  private static func interfaceName(_ descriptor: Int32) throws(Errno) -> InterfaceName {
    var name = [CChar](repeating: 0, count: 16)
    // SAFETY: the array has the IFNAMSIZ bytes that the call writes.
    _ = try value(unsafe clinux_tun_name(descriptor, &name))
    guard let name = InterfaceName(name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }) else {
      throw .invalid
    }
    return name
  }
}
