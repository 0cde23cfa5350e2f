import Testing

@testable import LinuxNetworking

/// Bytes written as hexadecimal words, on a little-endian machine.
func bytes(_ text: String) -> [UInt8] {
  text.split { $0 == " " || $0 == "\n" }.compactMap { UInt8($0, radix: 16) }
}

#if _endian(little)
  @Suite struct NetlinkMessageTests {
    /// RTM_GETLINK by name, as `man 7 netlink` and `man 7 rtnetlink` lay it out, put together by
    /// hand.
    @Test func isWrittenAsTheKernelReadsIt() {
      var message = NetlinkMessage(
        type: 18, flags: 1, sequence: 7, body: [UInt8](repeating: 0, count: 16))
      message.append(3, text: Array("br0".utf8))
      message.append(29, number: 8)
      #expect(
        message.complete()
          == bytes(
            """
            30 00 00 00  12 00 01 00  07 00 00 00  00 00 00 00
            00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
            08 00 03 00  62 72 30 00
            08 00 1d 00  08 00 00 00
            """))
    }

    @Test func attributesArePaddedButCountWhatTheyHold() {
      var message = NetlinkMessage(type: 16, flags: 5, sequence: 1, body: [])
      message.append(1, [0xFE, 1, 2, 3, 4, 5])
      message.append(33, byte: 1)
      #expect(
        message.complete()
          == bytes(
            """
            24 00 00 00  10 00 05 00  01 00 00 00  00 00 00 00
            0a 00 01 00  fe 01 02 03  04 05 00 00
            05 00 21 00  01 00 00 00
            """))
    }

    @Test func nestsCountWhatIsInThem() {
      var message = NetlinkMessage(type: 16, flags: 5, sequence: 0x0102_0304, body: [])
      message.nest(18) { information in
        information.append(4, text: Array("bridge".utf8))
        information.nest(5) { $0.append(33, byte: 1) }
      }
      #expect(
        message.complete()
          == bytes(
            """
            2c 00 00 00  10 00 05 00  04 03 02 01  00 00 00 00
            1c 00 12 80
            0b 00 04 00  62 72 69 64  67 65 00 00
            0c 00 05 80  05 00 21 00  01 00 00 00
            """))
    }
  }
#endif
