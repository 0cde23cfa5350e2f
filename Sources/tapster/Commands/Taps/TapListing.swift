internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import TapClient

enum TapListing: Command {
  static var name: String { "tap-list" }
  static let syntax = CommandSyntax(
    name, "list taps",
    "Lists the taps that tapster-helper made: yours, unless asked otherwise. Guest is who is behind\n"
      + "it; In is what guests have sent, Out what was sent to them, in bytes.",
    [all, NetworkOptions.json])

  private static let all = Flag("all", "list the taps of all users")

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let taps = try Failure.duringTaps("Failed to list taps") { () throws(TapClientError) in
      try TapList.all()
    }.filter { arguments[all] || $0.user == ThisProcess.user }
    if arguments[NetworkOptions.json] { return output.show(.array(taps.map(json))) }
    var table = Table(head: [
      "Name", "Called", "User", "Bridge", "Guest", "In", "Out", "Since", "State", "Rule",
    ])
    for tap in taps {
      table.append([
        tap.name.description, list(names(tap)), userName(tap.user) ?? "\(tap.user.rawValue)",
        tap.bridge ?? "-", list(tap.guests.map(\.description)), "\(tap.bytesFromGuest)",
        "\(tap.bytesToGuest)", WallTime(seconds: Int64(tap.since)).local, state(tap),
        tap.rule.isEmpty ? "-" : tap.rule,
      ])
    }
    output.show(table)
  }

  private static func list(_ words: [String]) -> String {
    words.isEmpty ? "-" : words.joined(separator: ",")
  }

  private static func names(_ tap: ListedTap) -> [String] {
    tap.furtherNames.map { PrintableText.escape($0) }
  }

  private static func state(_ tap: ListedTap) -> String {
    switch (tap.isPersistent, tap.isHeld) {
    case (true, true): "persistent, in use"
    case (true, false): "persistent"
    case (false, _): "in use"
    }
  }

  /// The user's name, fit for a terminal; nil if none is known.
  private static func userName(_ user: UserID) -> String? {
    (try? UserName.of(user)).flatMap { $0 }.map { PrintableText.escape(Array($0.utf8)) }
  }

  private static func json(_ tap: ListedTap) -> JSONText {
    .object([
      ("name", .text("\(tap.name)")), ("further-names", .array(names(tap).map { .text($0) })),
      ("index", .number(Int(tap.index.rawValue))), ("uid", .number(Int(tap.user.rawValue))),
      ("user", .optional(userName(tap.user))), ("bridge", .optional(tap.bridge)),
      ("mac", .optional(tap.address)), ("guests", .array(tap.guests.map { .text("\($0)") })),
      ("bytes-from-guest", .number(Int(clamping: tap.bytesFromGuest))),
      ("bytes-to-guest", .number(Int(clamping: tap.bytesToGuest))),
      ("since", .number(Int(tap.since))), ("persistent", .bool(tap.isPersistent)),
      ("in-use", .bool(tap.isHeld)),
      ("given-to-uid", tap.givenTo.map { .number(Int($0.rawValue)) } ?? .null),
      ("rule", tap.rule.isEmpty ? .null : .text(tap.rule)),
    ])
  }
}
