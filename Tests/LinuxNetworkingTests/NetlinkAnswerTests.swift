import LinuxTypes
import Testing

@testable import LinuxNetworking

#if _endian(little)
  @Suite struct NetlinkAnswerTests {
    /// RTM_NEWLINK of a port: index 7, up, "taprt-2-0", a tun, two alternative names, port of
    /// bridge 2, isolated and guarded. Put together by hand from `<linux/if_link.h>`.
    static let port = bytes(
      """
      b0 00 00 00  10 00 00 00  2a 00 00 00  00 00 00 00
      00 00 01 00  07 00 00 00  43 10 01 00  00 00 00 00
      0e 00 03 00  74 61 70 72  74 2d 32 2d  30 00 00 00
      08 00 04 00  dc 05 00 00
      0a 00 01 00  fe 11 22 33  44 55 00 00
      08 00 0a 00  02 00 00 00
      18 00 34 80  08 00 35 00  77 65 62 00
      0c 00 35 00  64 61 74 61  62 61 73 65
      4c 00 12 00
      08 00 01 00  74 75 6e 00
      0b 00 04 00  62 72 69 64  67 65 00 00
      34 00 05 00
      05 00 06 00  01 00 00 00
      05 00 08 00  01 00 00 00
      05 00 21 00  01 00 00 00
      05 00 27 00  00 00 00 00
      05 00 07 00  01 00 00 00
      05 00 09 00  01 00 00 00
      """)

    @Test func aLinkIsReadWhole() throws {
      var rest = Self.port[...]
      let answer = try #require(NetlinkAnswer(next: &rest))
      #expect(rest.isEmpty)
      #expect(answer.sequence == 42)
      guard case .link(let link) = answer.content else {
        Issue.record("not a link")
        return
      }
      #expect(link.index.rawValue == 7)
      #expect(link.name == Array("taprt-2-0".utf8))
      #expect(link.isUp && link.hasCarrier)
      #expect(link.alias == [] && link.traffic == nil)
      #expect(link.mtu == 1500)
      #expect(link.address?.description == "fe:11:22:33:44:55")
      #expect(link.master?.rawValue == 2)
      #expect(link.alternativeNames == [Array("web".utf8), Array("database".utf8)])
      #expect(link.kind == Array("tun".utf8))
      #expect(!link.isBridge)
      let port = try #require(link.port)
      #expect(port.isIsolated && port.isRootGuarded && port.learns && !port.isLocked)
    }

    @Test func anAcknowledgementAndARefusalFollowEachOther() throws {
      var rest = bytes(
        """
        24 00 00 00  02 00 00 01  01 00 00 00  00 00 00 00
        00 00 00 00  20 00 00 00  10 00 05 00  01 00 00 00  00 00 00 00
        44 00 00 00  02 00 00 03  02 00 00 00  00 00 00 00
        f0 ff ff ff  28 00 00 00  10 00 05 00  02 00 00 00  00 00 00 00
        1e 00 01 00  44 65 76 69  63 65 20 69  73 20 61 6c  72 65 61 64
        79 20 61 20  70 6f 72 74  0a 00 00 00
        """)[...]
      let first = try #require(NetlinkAnswer(next: &rest))
      guard case .done = first.content else {
        Issue.record("not an acknowledgement")
        return
      }
      let second = try #require(NetlinkAnswer(next: &rest))
      #expect(second.sequence == 2)
      guard case .refused(let errno, let explanation) = second.content else {
        Issue.record("not a refusal")
        return
      }
      #expect(errno == .busy)
      #expect(explanation == #"Device is already a port\x0a"#, "the kernel's words, escaped")
      #expect(NetlinkAnswer(next: &rest) == nil)
    }

    /// Two entries of a bridge's address table: behind port 3, and port 3's own (NUD_PERMANENT);
    /// then the end of the list, which was interrupted (NLM_F_DUMP_INTR).
    @Test func aListOfStationsAndItsEnd() throws {
      var rest = bytes(
        """
        28 00 00 00  1c 00 02 00  05 00 00 00  00 00 00 00
        07 00 00 00  03 00 00 00  02 00 00 00
        0a 00 02 00  52 54 00 00  00 07 00 00
        28 00 00 00  1c 00 12 00  05 00 00 00  00 00 00 00
        07 00 00 00  03 00 00 00  80 00 00 00
        0a 00 02 00  fe 11 22 33  44 55 00 00
        14 00 00 00  03 00 02 00  05 00 00 00  00 00 00 00
        00 00 00 00
        14 00 00 00  03 00 02 00  06 00 00 00  00 00 00 00
        ff ff ff ff
        """)[...]
      var answers: [NetlinkAnswer] = []
      while let answer = NetlinkAnswer(next: &rest) { answers.append(answer) }
      try #require(answers.count == 4)
      guard case .station(let guest) = answers[0].content,
        case .station(let own) = answers[1].content, case .end = answers[2].content,
        case .refused(.notPermitted, _) = answers[3].content
      else {
        Issue.record("\(answers)")
        return
      }
      #expect(guest.port.rawValue == 3 && guest.address.description == "52:54:00:00:00:07")
      #expect(!guest.isPorts && own.isPorts)
      #expect(answers.map(\.isInterrupted) == [false, true, false, false])
    }

    /// An entry that is of no bridge, or has no address, is none.
    @Test(arguments: [
      "0a 00 00 00 03 00 00 00 02 00 00 00 0a 00 02 00 52 54 00 00 00 07 00 00",
      "07 00 00 00 03 00 00 00 02 00 00 00 08 00 02 00 7f 00 00 01",
      "07 00 00 00 03 00 00 00 02 00 00 00", "07 00 00 00 00 00 00 00 02 00 00 00",
    ])
    func whatIsNoStationIsNone(text: String) { #expect(BridgeStation(bytes(text)[...]) == nil) }

    @Test func numbersOfEightBytes() {
      let slice = bytes("ff 08 07 06 05 04 03 02 01")[1...]
      #expect(slice.machineUInt64 == 0x0102_0304_0506_0708)
      #expect(slice.dropFirst().machineUInt64 == nil)
    }

    @Test func anythingCutShortIsNoMessage() {
      for length in 0..<Self.port.count {
        var rest = Self.port[..<length]
        #expect(NetlinkAnswer(next: &rest) == nil)
      }
    }

    /// The length in the header says less than there is: attributes end where it says.
    @Test func aMessageThatSaysItIsShorterIsReadNoFurther() {
      var links = 0
      for length in 0..<Self.port.count {
        var lying = Self.port
        lying[0] = UInt8(length)
        var rest = lying[...]
        if let answer = NetlinkAnswer(next: &rest), case .link(let link) = answer.content {
          links += 1
          #expect(link.name == Array("taprt-2-0".utf8))
        }
        #expect(rest.count <= Self.port.count)
      }
      #expect(links > 0)
    }

    /// Every byte set to what a lie would be: read or not, but neither a trap nor a loop.
    @Test func noLyingByteMakesItTrap() {
      for position in Self.port.indices {
        for lie: UInt8 in [0, 1, 3, 4, 5, 0x7F, 0x80, 0xFF] {
          var lying = Self.port
          lying[position] = lie
          var rest = lying[...]
          var answers = 0
          while NetlinkAnswer(next: &rest) != nil { answers += 1 }
          #expect(answers <= 2)
        }
      }
    }

    @Test(arguments: [
      "", "10 00 00 00", "0f 00 00 00 10 00 00 00 01 00 00 00 00 00 00 00",
      "ff ff ff ff 10 00 00 00 01 00 00 00 00 00 00 00",
      "10 00 00 00 10 00 00 00 01 00 00 00 00 00 00 00",
      "10 00 00 00 02 00 00 00 01 00 00 00 00 00 00 00",
      "12 00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 ff ff",
    ])
    func whatIsNoMessageIsNone(text: String) {
      var rest = bytes(text)[...]
      #expect(NetlinkAnswer(next: &rest) == nil)
    }

    /// -2147483648 has no positive counterpart among 32-bit numbers.
    @Test func theLowestErrorNumberDoesNotTrap() {
      var rest = bytes("14 00 00 00 02 00 00 00 01 00 00 00 00 00 00 00 00 00 00 80")[...]
      _ = NetlinkAnswer(next: &rest)
    }

    @Test(arguments: [
      ("04 00 01 00", [1]), ("05 00 01 00 aa 00 00 00 04 00 02 00", [1, 2]),
      ("05 00 01 00 aa", [1]),
      ("03 00 01 00 04 00 02 00", []), ("00 00 00 00 00 00 00 00", []), ("ff ff 01 00", []),
      ("08 00 01 00 aa", []), ("04 00", []), ("04 00 01 c0", [1]),
    ])
    func attributesStopAtTheFirstThatDoesNotFit(text: String, types: [Int]) {
      #expect(NetlinkAttributes(bytes(text)[...]).map(\.type) == types)
    }

    /// An answer is a slice in the middle of a datagram, whose indices do not start at 0.
    @Test func slicesAreReadFromTheirOwnStart() {
      let slice = bytes("ff ff ff ff 04 03 02 01 05")[4...]
      #expect(slice.machineUInt32 == 0x0102_0304)
      #expect(slice.machineUInt16 == 0x0304)
      #expect(slice.dropFirst(4).machineUInt32 == nil)
      #expect(slice.dropFirst(4).machineUInt16 == nil)
    }
  }
#endif
