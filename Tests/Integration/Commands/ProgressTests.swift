import TestSupport
import Testing

/// How far a long command is, told to whoever sits at a terminal.
@Suite(
  .enabled(if: Privilege.isRoot, "namespaces need root"),
  .enabled(if: Binaries.exists(Binaries.tapster), "tapster is not built"))
struct ProgressTests {
  private static let count = 12

  /// Networks to start, with a dnsmasq that takes longer than a second if it `isSlow`.
  private func bed(isSlow: Bool) throws -> NetworkTestbed {
    let bed = try NetworkTestbed()
    for number in 1..<Self.count {
      try bed.testbed.write(
        "/etc/tapster/networks/net\(number).xml",
        "<network><name>net\(number)</name><bridge name='many\(number)'/>"
          + "<ip address='10.9.\(number).1' prefix='24'/></network>\n")
    }
    if isSlow {
      try bed.testbed.write(
        "\(Testbed.scratch)/slow/dnsmasq",
        "#!/bin/bash\nsleep 1.1\nexec -a dnsmasq /usr/sbin/dnsmasq \"$@\"\n", mode: 0o755)
    }
    return bed
  }

  private static let start = [Testbed.tapster, "net-start", "--all"]
  private static let environment = [
    "PATH": "\(Testbed.scratch)/slow:/usr/sbin:/usr/bin:/sbin:/bin"
  ]

  @Test func afterASecondItIsShownAndThenWiped() throws {
    let bed = try bed(isSlow: true)
    let terminal = try Terminal()
    let starting = try terminal.start(
      Self.start, in: bed.testbed, environment: Self.environment)
    // While it is at work: none is said to be up.
    let first = try terminal.read(upTo: "starting networks: ")
    #expect(!first.contains("started"), "\(first)")
    #expect(try starting.wait() == .exited(0))
    let said = try terminal.close()
    let counts = said.matches(of: /starting networks: ([0-9]+)/).compactMap { Int($0.1) }
    #expect(counts == counts.sorted() && (counts.last ?? .max) <= Self.count, "\(said)")
    // What comes behind stands on a line of its own.
    let (progress, rest) = try #require(
      said.firstRange(of: "\r\u{1B}[K").map {
        (said[..<$0.lowerBound], said[$0.upperBound...])
      })
    #expect(!progress.contains("\n") && rest.hasPrefix("Network "), "\(said)")
    #expect(rest.count(of: "started") == Self.count, "\(said)")
  }

  @Test func nothingIsShownOfWhatIsQuick() throws {
    let bed = try bed(isSlow: false)
    let terminal = try Terminal()
    let clock = ContinuousClock()
    var ending: Ending?
    let taken = try clock.measure {
      ending = try terminal.start(Self.start, in: bed.testbed).wait()
    }
    #expect(ending == .exited(0))
    let said = try terminal.close()
    // On a machine that is slower than that, it has to be wiped.
    #expect(
      taken > .seconds(1) && said.contains("\r\u{1B}[K") || !said.contains("starting"), "\(said)")
    #expect(said.count(of: "started") == Self.count, "\(said)")
  }

  @Test func nothingIsShownToPrograms() throws {
    let bed = try bed(isSlow: true)
    let ended = try bed.testbed.run(Self.start, environment: Self.environment)
    #expect(ended.succeeded && ended.error.isEmpty, "\(ended)")
    #expect(ended.output.count(of: "started") == Self.count, "\(ended)")
  }
}

extension StringProtocol {
  /// How many times `word` is in it.
  fileprivate func count(of word: String) -> Int { ranges(of: word).count }
}
