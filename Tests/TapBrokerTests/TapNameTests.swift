import LinuxTypes
import TapBroker
import Testing

private func name(_ user: UInt32, _ bridge: Int32) throws -> TapName? {
  TapName(user: try #require(UserID(user)), bridge: try #require(InterfaceIndex(bridge)))
}

@Suite struct TapNameTests {
  @Test(arguments: [
    (UInt32(0), Int32(1), "tap0-1-%d"), (35, 35, "tapz-z-%d"), (36, 36, "tap10-10-%d"),
    (1000, 2, "taprs-2-%d"), (1001, 46655, "taprt-zzz-%d"), (60_000, 5, "tap1aao-5-%d"),
    // 15 bytes, and one more: the short form.
    (1_679_615, 1295, "tapzzzz-zz-%d"), (1_679_615, 1_679_615, "tapzzzz-zzzz-%d"),
    (1_679_615, 1_679_616, "Tzzzz-10000-%d"), (4_294_967_294, 35, "tap1z141z2-z-%d"),
    (4_294_967_294, 36, "T1z141z2-10-%d"),
    (4_294_967_294, 46655, "T1z141z2-zzz-%d"),
  ])
  func isUserAndBridgeInBase36(user: UInt32, bridge: Int32, template: String) throws {
    let made = try #require(try name(user, bridge))
    #expect(String(decoding: made.template, as: UTF8.self) == template)
    #expect(made.template.count <= 15)
  }

  @Test func whatFitsInNoFormIsNone() throws {
    #expect(try name(4_294_967_294, 46656) == nil)
    #expect(try name(4_294_967_294, .max) == nil)
  }

  @Test(arguments: [
    ("taprt-2-0", UInt32(0)), ("taprt-2-41", 41), ("taprt-2-", nil), ("taprt-2-01", nil),
    ("taprt-2-x", nil),
    ("taprt-2--1", nil), ("taprt-2-+1", nil), ("taprt-22-0", nil), ("taprt-2", nil),
    ("tapru-2-0", nil),
    ("Trt-2-0", nil), ("", nil),
  ])
  func aSlotIsReadFromANameOfThisTemplateOnly(text: String, slot: UInt32?) throws {
    let made = try #require(try name(1001, 2))
    #expect(made.slot(of: Array(text.utf8)) == slot)
  }

  /// Else two users, or two bridges, would share their slots.
  @Test func noTwoHaveTheSameName() throws {
    let users: [UInt32] = [0, 1, 35, 36, 1000, 1296, 46656, 1_679_616, 60_466_176, 4_294_967_294]
    let bridges: [Int32] = [1, 2, 35, 36, 1295, 1296, 46655, 46656, 1_679_616]
    var seen = Set<[UInt8]>()
    for user in users {
      for bridge in bridges {
        guard let made = try name(user, bridge) else { continue }
        #expect(seen.insert(made.template).inserted)
        let reserved = try #require(InterfaceName(made.template.dropLast(2) + [UInt8(ascii: "0")]))
        #expect(TapName.isReserved(reserved))
      }
    }
    #expect(seen.count > 60)
  }

  @Test(arguments: [
    ("taprt-2-0", UInt32(1001)), ("taprt-zzz-41", 1001), ("tap0-1-0", 0),
    ("T1z141z2-10-9", 4_294_967_294),
    // Not as this type would have made them, so not made by it.
    ("Trt-2-0", nil), ("tap0rt-2-0", nil), ("taprt-02-0", nil), ("taprt-2-00", nil),
    ("tapRT-2-0", nil), ("taprt-2", nil), ("taprt-2-0-0", nil), ("taprt-0-0", nil),
    ("tap-2-0", nil), ("taprt--0", nil), ("taprt-2-", nil), ("xtaprt-2-0", nil),
    ("tap1z141z3-z-0", nil), ("tapzzzzzzz-1-0", nil), ("tap", nil), ("", nil),
  ])
  func tellsWhoseItIs(text: String, user: UInt32?) {
    #expect(TapName.user(of: Array(text.utf8))?.rawValue == user)
  }

  @Test(arguments: [
    ("tap0-1-0", true), ("T0-1-0", true), ("tap-", true), ("tap0", false), ("t0-1-0", false),
    ("xtap-0", false),
    ("Tap", false),
  ])
  func reservesNamesThatCouldBeOurs(text: String, isReserved: Bool) throws {
    #expect(TapName.isReserved(try #require(InterfaceName(text))) == isReserved)
  }
}
