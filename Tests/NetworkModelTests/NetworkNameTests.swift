import NetworkModel
import Testing

/// What a network may be called.
struct NetworkNameTests {
  /// Their files are two, so the stop of one must not take the other for itself.
  @Test func namesThatOnlyLookTheSameAreTwo() throws {
    let composed = try #require(NetworkName("caf\u{E9}"))
    let decomposed = try #require(NetworkName("cafe\u{301}"))
    #expect(composed.text == decomposed.text)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(composed == NetworkName("caf\u{E9}"))
  }
}
