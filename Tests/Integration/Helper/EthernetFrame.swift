import Glibc
import TestSupport

/// A frame of the kind that IEEE 802 keeps for local experiments (EtherType 0x88B5), and a tap's
/// end of it.
struct EthernetFrame: Equatable {
  static let broadcast: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]

  var destination = Self.broadcast
  var source: [UInt8]
  var text: String

  private static let type: [UInt8] = [0x88, 0xB5]

  var bytes: [UInt8] {
    let payload = Array(text.utf8) + [0]
    let padding = [UInt8](repeating: 0, count: max(0, 46 - payload.count))
    return destination + source + Self.type + payload + padding
  }

  /// From a station of that last byte.
  init(from station: UInt8, _ text: String) {
    source = [0x52, 0x54, 0, 0, 0, station]
    self.text = text
  }

  /// What arrived, or nil if it is of another kind.
  init?(_ bytes: ArraySlice<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count >= 60, Array(bytes[12..<14]) == Self.type else { return nil }
    destination = Array(bytes[..<6])
    source = Array(bytes[6..<12])
    text = String(decoding: bytes[14...].prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Sends it as a guest would.
  func send(through queue: OpenDescriptor) throws(SystemCallFailure) {
    let frame = bytes
    // SAFETY: the array has the size that the call is told.
    guard unsafe write(queue.rawValue, frame, frame.count) == frame.count else {
      throw SystemCallFailure("write to tap", code: errno)
    }
  }

  /// The texts of the frames that arrive at any of `queues`, up to and with the first whose text is
  /// `last`.
  static func texts(arrivingAt queues: [OpenDescriptor], upTo last: String) throws -> [String] {
    var texts: [String] = []
    let deadline = Deadline(after: .patience)
    while texts.last != last {
      let events = try deadline.poll(queues.map { ($0.rawValue, POLLIN) })
      guard events.contains(where: { $0 != 0 }) else {
        throw TimedOut("'\(last)' did not arrive after \(texts)")
      }
      for (queue, event) in zip(queues, events) where event != 0 {
        var buffer = [UInt8](repeating: 0, count: 65536)
        // SAFETY: the array has the size that the call is told.
        let count = unsafe read(queue.rawValue, &buffer, buffer.count)
        guard count > 0 else { throw SystemCallFailure("read from tap", code: errno) }
        if let frame = EthernetFrame(buffer[..<count]) { texts.append(frame.text) }
      }
    }
    return texts
  }
}
