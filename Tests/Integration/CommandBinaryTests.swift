import TestSupport
import Testing

/// What `tapster` is made of: how long a command takes to start is how much of it there is to
/// relocate and to set up.
@Suite(.enabled(if: Binaries.exists(Binaries.tapster), "make tapster has not run"))
struct CommandBinaryTests {
  private let symbols: String

  init() throws {
    symbols = try Command(["readelf", "-Ws", Binaries.tapster]).run().checked().output
    let isUnstripped = symbols.contains(" main")
    #expect(isUnstripped, "or this test says nothing")
  }

  /// One call of `contains(_: String)` or `firstRange(of:)` would bring in all of Swift's regular
  /// expressions, and each command would start 0.3 ms later.
  @Test(arguments: ["_StringProcessing", "_RegexParser", "Foundation"])
  func itHoldsNoLibraryThatIsNotNeeded(library: String) {
    let isThere = symbols.contains("\(library.utf8.count)\(library)")
    #expect(!isThere, "nm -uC of the modules' objects tells who wants it")
  }

  @Test func itLoadsNoLibraryOfXMLBeforeThereIsXML() throws {
    let needed = try Command(["readelf", "-d", Binaries.tapster]).run().checked().output
    #expect(needed.contains("libnl-3"), "a dynamic program, or this test says nothing")
    #expect(!needed.contains("libxml2"))
  }
}
