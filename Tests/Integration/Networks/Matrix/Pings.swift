import TestSupport

/// A host that sends and receives: its name in the testbed, nil for the testbed itself, and
/// somebody whom it can always ping.
struct Station: Hashable {
  let host: String?
  let addresses: [String]
  let marker: String
}

/// Tells that all packets are where they are going.
///
/// What one processor sends over veth and bridge goes through one queue, in order: when pings sent
/// afterwards are answered, several times in a row, whatever was sent before has either arrived or
/// been thrown away. So all runs in ``Processor/stayingOnOne(_:)``.
struct Pings {
  private static let first = 0x4000

  private let stations: [Station]
  private var markers: [HostSocket] = []

  init(_ testbed: Testbed, _ stations: [Station]) throws {
    self.stations = stations
    for station in stations {
      let marker = try testbed.socket(
        .icmp, isIPv6: station.marker.contains(":"), on: station.host)
      try marker.connect(station.marker, 0)
      markers.append(marker)
    }
  }

  /// Waits until all that was sent has arrived or is gone.
  ///
  /// What is sent to somebody new takes three trips over a link, two of them to find his Ethernet
  /// address, and two links at most; a ping and its answer take two trips each time.
  func settle() throws {
    for round in 0..<4 {
      for (number, marker) in markers.enumerated() {
        let isIPv6 = stations[number].marker.contains(":")
        try marker.send(
          Echo.request(Self.first + round, isIPv6: isIPv6), to: stations[number].marker)
      }
      for (number, marker) in markers.enumerated() {
        while true {
          guard let came = try marker.receive(within: .seconds(10)) else {
            throw TimedOut("\(stations[number]) cannot ping")
          }
          if let (kind, about) = Echo.message(came), kind == .reply,
            about == Self.first + round
          {
            break
          }
        }
      }
    }
  }
}
