import TestSupport
import Testing

/// What the installed helper is made of: it runs with root's power, so nothing of a caller's choice
/// may be loaded into it, and nothing in it may be rewritten.
@Suite(.enabled(if: Binaries.exists(Binaries.helper), "make helper has not run"))
struct HelperBinaryTests {
  private let dynamicSection: String
  private let segments: [String]
  private let header: String

  init() throws {
    func readelf(_ option: String) throws -> String {
      try Command(["readelf", "-W", option, Binaries.helper]).run().checked().output
    }
    header = try readelf("-h")
    dynamicSection = try readelf("-d")
    segments = try readelf("-l").split(separator: "\n").map { String($0.drop { $0 == " " }) }
  }

  private func segment(_ kind: String) -> String? { segments.first { $0.hasPrefix(kind + " ") } }

  @Test func itIsPositionIndependent() {
    #expect(header.contains("DYN (Position-Independent Executable"))
    #expect(dynamicSection.contains("PIE"))
  }

  @Test func itLoadsNothing() {
    #expect(segment("INTERP") == nil)
    for tag in ["(NEEDED)", "(RUNPATH)", "(RPATH)"] { #expect(!dynamicSection.contains(tag)) }
  }

  @Test func itsRelocationsAreDoneAndSealedBeforeItStarts() {
    #expect(segment("GNU_RELRO") != nil)
    #expect(dynamicSection.contains("NOW"))
    #expect(!dynamicSection.contains("(TEXTREL)"))
  }

  @Test func nothingIsBothWritableAndExecutable() throws {
    let stack = try #require(segment("GNU_STACK"))
    #expect(stack.contains(" RW "), "\(stack)")
    let loaded = segments.filter { $0.hasPrefix("LOAD ") }
    #expect(!loaded.isEmpty)
    #expect(!loaded.contains { $0.contains(" RWE ") })
  }

  @Test func itHoldsNoSwiftRuntime() throws {
    let symbols = try Command(["readelf", "-Ws", Binaries.helper]).run().checked().output
    #expect(symbols.contains(" main"), "an unstripped binary, or this test says nothing")
    for name in ["swift_getTypeByMangledName", "swift_conformsToProtocol", "swift_task_create"] {
      #expect(!symbols.contains(name))
    }
  }
}
