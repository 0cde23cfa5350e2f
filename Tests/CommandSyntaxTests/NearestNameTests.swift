import CommandSyntax
import Testing

struct NearestNameTests {
  private let names = ["net-list", "net-start", "net-destroy", "tap-list", "map", "run", "doctor"]

  @Test(
    arguments: [
      ("net-lst", "net-list"), ("netlist", "net-list"), ("net_list", "net-list"),
      ("net-satrt", "net-start"), ("net-destory", "net-destroy"), ("docter", "doctor"),
      ("mpa", "map"), ("tap-lis", "tap-list"), ("net-list", "net-list"),
    ])
  func isMeant(word: String, name: String) {
    #expect(NearestName.find(word, among: names) == name)
  }

  @Test(arguments: [
    "", "m", "ls", "net", "xyzzy", "net-undefine", String(repeating: "a", count: 9999),
  ])
  func nothingIsNear(word: String) { #expect(NearestName.find(word, among: names) == nil) }
}
