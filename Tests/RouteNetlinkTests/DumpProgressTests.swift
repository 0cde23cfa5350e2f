import RouteNetlink
import Testing

/// Lists of the kernel's, as far as the heads of their messages tell; numbers are those of
/// `<linux/netlink.h>`.
struct DumpProgressTests {
  /// NLM_F_MULTI, and with it NLM_F_DUMP_INTR.
  private static let (usual, interrupted): (UInt16, UInt16) = (0x02, 0x12)
  /// NFT_MSG_NEWCHAIN of NFNL_SUBSYS_NFTABLES, NLMSG_DONE and NLMSG_ERROR.
  private static let (chain, done, error): (UInt16, UInt16, UInt16) = (0x0A03, 3, 2)

  @Test func whatNobodyChangesIsWhole() {
    var progress = DumpProgress()
    #expect(progress.take(type: Self.chain, flags: Self.usual) == .element)
    #expect(progress.take(type: Self.chain, flags: Self.usual) == .element)
    #expect(progress.take(type: Self.done, flags: Self.usual) == .end)
    #expect(progress.isWhole)
    #expect(progress.take(type: Self.error, flags: 0) == .error)
  }

  /// One marked message is enough, be it the end of an empty list.
  @Test(arguments: [([chain, done], 0), ([chain, done], 1), ([done], 0)])
  func whatSomebodyChangesIsNot(types: [UInt16], marked: Int) {
    var progress = DumpProgress()
    for (position, type) in types.enumerated() {
      _ = progress.take(type: type, flags: position == marked ? Self.interrupted : Self.usual)
    }
    #expect(!progress.isWhole)
  }
}
