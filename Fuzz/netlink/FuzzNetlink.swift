internal import FuzzDriver
@testable internal import LinuxNetworking
internal import LinuxTypes

/// Any bytes as a datagram of the kernel's: read to its end, and no further.
@main
enum FuzzNetlink {
  static func main() {
    unsafe fuzz { start, count in
      let datagram = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      var rest = datagram[...]
      var before = rest.count
      while let answer = NetlinkAnswer(next: &rest) {
        precondition(rest.count < before)
        before = rest.count
        if case .link(let link) = answer.content { precondition(link.index.rawValue > 0) }
      }
      return 0
    }
  }
}
