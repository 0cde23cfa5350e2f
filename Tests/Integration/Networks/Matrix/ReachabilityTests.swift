import TestSupport
import Testing

/// Who may reach whom: every network of ``Definition`` at once, every party tries every other.
// One after the other: a user has 128 inotify instances (`man 7 inotify`), and each dnsmasq one.
@Suite(.serialized, .enabled(if: Privilege.isRoot, "namespaces need root"))
struct ReachabilityTests {
  @Test(arguments: NetworkProvider.installed, [true, false])
  func everybodyReachesWhomTheyMay(provider: NetworkProvider, bridgeNetfilter: Bool) throws {
    let site = try MatrixSite(provider, bridgeNetfilter: bridgeNetfilter)
    let matrix = try Matrix(site)
    let casts = try Casts(site)
    try Processor.stayingOnOne {
      let observed = try matrix.observe()
      #expect(observed.count > 1500)
      for (flow, outcome) in observed {
        let expected = flow.expectation(with: provider)
        #expect(expected.isMet(by: outcome), "\(flow): \(outcome)")
      }

      for definition in Definition.allCases {
        for cast in Cast.allCases {
          let heard = try casts.hear(cast, from: definition)
          let audience = cast.audience(
            of: definition, with: provider, bridgeNetfilter: bridgeNetfilter)
          #expect(Set(heard.keys) == Set(audience.keys), "\(cast) of \(definition)")
          for (party, address) in heard {
            #expect(
              audience[party]?.contains(address) == true,
              "\(party) hears \(cast) of \(definition) from \(address)")
          }
        }
      }

      // What is masqueraded and what is not, on the wire.
      for cast in Cast.allCases where cast != .block {
        let own = cast.isIPv6 ? Definition.natIPv6.gatewayIPv6 : "192.168.101.1"
        let heard = try casts.hearHost(cast, as: own, by: "uplink0")
        #expect(heard == [.outside: cast.hostSeen(own: own, with: provider)], "\(cast)")
      }
    }
  }
}
