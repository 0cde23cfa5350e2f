import Foundation
import LinuxHost
import NetworkMap
import Testing

struct MapTextTests {
  @Test func oneNetwork() {
    #expect(
      MapText(columns: 80, isASCII: false).text(of: SampleMaps.one) == """
        outside
        ├─ eth0   IPv4, IPv6   198.51.100.1/24, 2001:db8:ff01::1/64
        │
        └─ default      nat   192.168.122.0/24
           └─ virbr0   192.168.122.1/24
              ├─ taprt-3-0  ada             build  192.168.122.22  52:54:00:00:00:22
              ├─ taprt-3-1  ben                                    52:54:00:00:00:23
              ├─ taprt-3-2  uid 4242, down
              ├─ not seen                   old    192.168.122.99  52:54:00:00:00:99
              └─ tcp 2222 → build:22

           no network
           └─ br-lan
              └─ eth1

        not active: lab

        """)
  }

  @Test func oneNetworkInASCII() {
    #expect(
      MapText(columns: 60, isASCII: true).text(of: SampleMaps.one) == """
        outside
        |- eth0   IPv4, IPv6   198.51.100.1/24, 2001:db8:ff01::1/64
        |
        `- default      nat   192.168.122.0/24
           `- virbr0   192.168.122.1/24
              |- taprt-3-0  ada             build  192.168.122.22
              |                                    52:54:00:00:00:22
              |- taprt-3-1  ben                    52:54:00:00:00:23
              |- taprt-3-2  uid 4242, down
              |- not seen                   old    192.168.122.99
              |                                    52:54:00:00:00:99
              `- tcp 2222 -> build:22

           no network
           `- br-lan
              `- eth1

        not active: lab

        """)
  }

  @Test func aHostWithNothing() {
    #expect(
      MapText(columns: 80, isASCII: false).text(of: HostMap()) == """
        no way out: the host has no default route

        there are no networks; tapster net-define makes one

        """)
  }

  @Test(arguments: SampleMaps.all)
  func everyLineFits(map: HostMap) {
    for columns in stride(from: 40, through: 180, by: 13) {
      for isASCII in [false, true] {
        let text = MapText(columns: columns, isASCII: isASCII).text(of: map)
        #expect(text.hasSuffix("\n"))
        for line in text.split(separator: "\n") {
          #expect(DisplayWidth.of(String(line)) <= columns, "\(line)")
          #expect(line.last != " ")
        }
      }
    }
  }

  /// Where nothing has to give way nothing does, however odd the names.
  @Test func aWideTerminalShowsAll() {
    let text = MapText(columns: 400, isASCII: false).text(of: SampleMaps.twenty)
    for segment in SampleMaps.twenty.segments {
      for address in segment.subnets + segment.ports.flatMap(\.guests).flatMap(\.addresses) {
        #expect(text.contains(address))
      }
    }
    #expect(text.contains("東京の大学の研究室の"))
  }

  /// Ethernet addresses of all rows stand one below the other.
  @Test func columnsAreAligned() {
    for columns in [100, 120, 200] {
      let text = MapText(columns: columns, isASCII: false).text(of: SampleMaps.twenty)
      var starts: Set<Int> = []
      for line in text.split(separator: "\n") {
        if let range = line.range(of: "52:54:") {
          starts.insert(DisplayWidth.of(String(line[..<range.lowerBound])))
        }
      }
      #expect(starts.count == 1, "\(text)")
    }
  }

  @Test(arguments: [false, true])
  func strangersTextCannotSteerTheTerminal(isASCII: Bool) {
    let text = MapText(columns: 300, isASCII: isASCII).text(of: SampleMaps.twenty)
    for scalar in text.unicodeScalars where scalar != "\n" {
      let category = scalar.properties.generalCategory
      #expect(category != .control && category != .format, "U+\(scalar.value)")
      #expect(!isASCII || scalar.isASCII)
    }
    let segments = text.split(separator: "\n").filter { $0.contains("virbr") }
    #expect(segments.count == 20, "a name took or made a line")
  }
}
