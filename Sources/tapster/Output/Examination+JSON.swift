internal import Diagnosis

extension Examination {
  /// What `doctor --json` shows of it.
  var json: JSONText {
    .object([
      ("findings", .array(findings.map(\.json))), ("fine", .texts(fine)),
      ("unseen", .texts(unseen)),
    ])
  }
}

extension Finding {
  fileprivate var json: JSONText {
    .object([
      ("id", .text(id.rawValue)), ("what", .text(what)), ("why", .text(why)),
      ("fix", .optional(fix)), ("advice", .optional(advice)),
    ])
  }
}
