import Foundation
import TestSupport
import Testing

extension FaultTests {
  /// Very many networks on one host.
  @Suite struct ScaleTests {
    private static let count = 500

    private static func network(_ number: Int) -> String {
      let subnet = "10.\(100 + number / 250).\(number % 250)"
      return """
        <network>
          <name>n\(number)</name>
          <forward mode='nat'/>
          <bridge name='many\(number)' stp='off' delay='0'/>
          <ip address='\(subnet).1' netmask='255.255.255.0'>
            <dhcp><range start='\(subnet).2' end='\(subnet).254'/></dhcp>
          </ip>
        </network>

        """
    }

    @Test func fiveHundredNetworks() throws {
      let bed = try NetworkTestbed()
      let testbed = bed.testbed
      try bed.tapster("net-undefine", "default").checked()
      let before = try bed.everything()
      let names = (1...Self.count).map { "n\($0)" }
      for (index, name) in names.enumerated() {
        try testbed.write("\(Testbed.scratch)/many/\(name).xml", Self.network(index + 1))
      }
      /// Runs one command for each network, several side by side.
      func each(_ words: String) throws {
        try testbed.output(
          ["xargs", "-P", "4", "-I", "NAME", "sh", "-c", "\(words) >/dev/null || exit 255"],
          input: names.joined(separator: "\n"), timeout: .seconds(300))
      }
      try each("\(Testbed.tapster) net-define \(Testbed.scratch)/many/NAME.xml")
      let defined = try bed.everything()
      #expect(try Self.listed(bed, "inactive", ["--all"]) == Set(names))

      try testbed.output([Testbed.tapster, "net-start", "--all"], timeout: .seconds(300))
      #expect(try Self.listed(bed, "active", []) == Set(names))
      let numbers = Set(1...Self.count)
      let links = try testbed.links().compactMap { Int($0.dropFirst(4)) }
      #expect(Set(links) == numbers)
      let programs = try testbed.processes().compactMap { process in
        try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
      }
      for name in names {
        let path = "/run/tapster/networks/\(name)/dnsmasq.conf"
        #expect(programs.count { $0.contains(path) } == 1, "dnsmasq of \(name)")
      }
      let maps = try testbed.json(["nft", "-j", "list", "map", "inet", "tapster", "to_guests"])
      let text = try testbed.output(["nft", "list", "map", "inet", "tapster", "to_guests"])
      #expect(maps["nftables"].array.count == 2)
      #expect(text.components(separatedBy: " : ").count - 2 == Self.count, "\(text.prefix(200))")

      try each("\(Testbed.tapster) net-destroy NAME")
      #expect(try bed.changes(since: defined) == [])
      try each("\(Testbed.tapster) net-undefine NAME")
      #expect(try bed.changes(since: before).filter { !$0.hasSuffix("/networks/autostart") } == [])
    }

    /// The names that `net-list` shows as being so.
    private static func listed(
      _ bed: NetworkTestbed, _ state: String, _ options: [String]
    ) throws -> Set<String> {
      let table = try bed.testbed.output([Testbed.tapster, "net-list"] + options)
      return Set(
        table.split(separator: "\n").compactMap { line in
          let words = line.split(separator: " ").map { String($0) }
          return words.count > 1 && words[1] == state ? words[0] : nil
        })
    }
  }
}
