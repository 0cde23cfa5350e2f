internal import NetworkEngine
internal import NetworkModel

extension NetworkState {
  /// What `net-list --json` and `net-info --json` show of it.
  var json: JSONText {
    .object([
      ("name", .text(network.name.text)), ("uuid", .optional(network.uuid)),
      ("active", .bool(isActive)), ("persistent", .bool(isPersistent)),
      ("autostart", .bool(isAutostarted)), ("bridge", .optional(network.bridgeName)),
    ])
  }
}
