import Foundation
import TestSupport
import Testing

/// `tapster map` on a machine where something is plugged in.
@Suite(
  .requiresHelper, .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct MapTests {
  /// The default network, an uplink, taps of two users, a guest with a lease, one without.
  private struct Site {
    let bed: NetworkTestbed
    let taps: [(name: String, queue: OpenDescriptor)]

    init() throws {
      bed = try NetworkTestbed()
      let testbed = bed.testbed
      try testbed.addHost(
        "outside", port: "uplink0", address: "198.51.100.2/24", portAddress: "198.51.100.1/24")
      try testbed.ip(["route add default via 198.51.100.2"])
      try testbed.write("/etc/tapster/acl.conf", "allow virbr0\n")
      try testbed.write(
        "/etc/tapster/networks/lab.xml",
        """
        <network><name>lab</name><ip address='10.77.0.1' prefix='24'/></network>

        """)
      try bed.tapster("net-start", "default").checked()
      try bed.tapster(
        "net-forward", "add", "default", "tcp", "2222", "192.168.122.77:22", "--live"
      ).checked()
      taps = try [Credentials.build, .student].map { user in
        let outcome = try testbed.requestTap(["--br=virbr0"], as: user)
        return (
          try #require(try outcome.interfaceNames().first, "\(outcome)"),
          try #require(outcome.descriptors.first)
        )
      }
      try testbed.write(
        "/var/lib/tapster/leases/default.leases",
        """
        4102444800 52:54:00:00:00:01 192.168.122.101 one *
        4102444800 52:54:00:00:00:09 192.168.122.109 nine *

        """)
      // A port learns nothing while it waits for the spanning tree.
      let deadline = Deadline(after: .patience)
      while deadline.milliseconds > 0 {
        for (number, tap) in taps.enumerated() {
          try EthernetFrame(from: UInt8(number + 1), "here I am").send(through: tap.queue)
        }
        let known = try testbed.json(["bridge", "-j", "fdb", "show", "br", "virbr0"]).array
          .compactMap { $0["mac"].string }
        if Set(known).isSuperset(of: ["52:54:00:00:00:01", "52:54:00:00:00:02"]) { return }
      }
      throw TimedOut("the bridge learns nothing")
    }

    func map(_ arguments: String..., environment: [String: String] = [:]) throws -> Completed {
      try bed.testbed.run(
        [Testbed.tapster, "map"] + arguments, as: .student, environment: environment
      ).checked()
    }
  }

  @Test func anybodySeesWhatIsPluggedIn() throws {
    let site = try Site()
    let map = try JSON(parsing: try site.map("--json").output)
    #expect(map["uplinks"].array.map { $0["interface"].string } == ["uplink0"])
    #expect(map["uplinks"][0]["families"].array == [.string("IPv4")])
    #expect(map["inactive"].array == [.string("lab")])
    let network = try #require(map["segments"].array.first { $0["network"].string == "default" })
    #expect(network["mode"].string == "nat")
    #expect(network["bridge"].string == "virbr0")
    #expect(network["addresses"].array == [.string("192.168.122.1/24")])
    #expect(network["forwards"][0]["target"].string == "192.168.122.77:22")
    // Those whom `ip` knows.
    let ports = network["ports"].array
    let known = try site.bed.testbed.json(["ip", "-j", "link", "show", "master", "virbr0"]).array
    #expect(
      Set(ports.compactMap { $0["interface"].string })
        == Set(known.compactMap { $0["ifname"].string }))
    func port(_ number: Int) throws -> JSON {
      try #require(ports.first { $0["interface"].string == site.taps[number].name })
    }
    #expect(try port(0)["owner"].string == "build")
    #expect(try port(1)["owner"].string == "student")
    #expect(try port(0)["guests"][0]["name"].string == "one")
    #expect(try port(0)["guests"][0]["addresses"].array == [.string("192.168.122.101")])
    #expect(try port(1)["guests"][0]["mac"].string == "52:54:00:00:00:02")
    #expect(try port(1)["guests"][0]["name"] == .null)
    #expect(network["absent"].array.map { $0["name"].string } == ["nine"])
  }

  @Test func theTextFitsItsReader() throws {
    let site = try Site()
    let unicode = try site.map().output
    #expect(unicode.hasPrefix("outside\n├─ uplink0   IPv4   198.51.100.1/24\n│\n└─ default "))
    #expect(unicode.contains("tcp 2222 → 192.168.122.77:22"))
    for environment in [
      ["LC_ALL": "C"], ["LC_ALL": "", "LANG": "de_DE.ISO-8859-1"],
      ["LC_ALL": "C.UTF-8", "TERM": "dumb"],
    ] {
      let ascii = try site.map(environment: environment).output
      #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
      #expect(ascii.contains("`- default "))
      #expect(try site.map("--ascii").output == ascii)
    }
    for columns in [40, 80, 120] {
      let text = try site.map(environment: ["COLUMNS": "\(columns)"]).output
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= columns }, "\(text)")
    }
  }

  @Test func theOtherFormatsAreDocuments() throws {
    let site = try Site()
    let picture = try site.map("--format=svg").output
    #expect(picture.hasPrefix("<?xml ") && picture.hasSuffix("</svg>\n"))
    #expect(picture.contains(">student<"))
    #expect(try site.map("--format", "dot").output.hasSuffix("\n}\n"))
    let wrong = try site.bed.tapster("map", "--format=gif")
    #expect(wrong.status == 1)
    #expect(wrong.error.contains("text, svg, dot"))
  }
}
