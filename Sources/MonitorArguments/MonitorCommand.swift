internal import LinuxTypes

/// The command line of a virtual machine monitor, in which taps are to be filled in.
///
/// Each placeholder is replaced by what it stands for. For QEMU, a tap that no placeholder stands
/// for gets a `-netdev` at the end, and a `-device` unless the command has one for that `-netdev`.
public struct MonitorCommand: Sendable {
  /// How the monitor comes to a tap.
  public enum Way: Equatable, Sendable {
    /// By descriptors that are open when it starts.
    case descriptors
    /// By its name: the tap must outlive whoever makes it.
    case name
  }

  /// The program, as the user wrote it.
  public let program: String
  /// What the taps are to be.
  public let wishes: [TapWish]
  /// How the monitor comes to each of them.
  public let ways: [Way]
  private let arguments: [[Placeholder.Part]]
  private let words: [String]
  /// The ids of the taps that are appended for QEMU; nil of one that a placeholder stands for.
  private let ids: [String?]

  /// Looks through `arguments`, those behind the program's name. Throws what does not go together.
  public init(program: String, arguments: [String], wishes: [TapWish])
    throws(MonitorArgumentsError)
  {
    self.program = program
    self.wishes = wishes
    words = arguments
    self.arguments = arguments.map { Placeholder.parts(of: $0) }
    let placeholders = self.arguments.joined().compactMap { part in
      if case .placeholder(let found) = part { found } else { nil }
    }
    for found in placeholders {
      guard wishes.indices.contains(found.tap) else {
        throw .noSuchTap(placeholder: found.text, count: wishes.count)
      }
      let wish = wishes[found.tap]
      if found.kind.isVhost, !wish.vhost {
        throw .noVhost(placeholder: found.text, bridge: wish.bridge)
      }
      if found.kind.isSingle, wish.queues > 1 {
        throw .manyDescriptors(placeholder: found.text, count: wish.queues)
      }
    }

    let isQEMU = QEMUArguments.isQEMU(Self.baseName(program))
    var ways: [Way] = []
    var ids: [String?] = []
    var taken = QEMUArguments.netdevs(in: arguments)
    for (number, wish) in wishes.enumerated() {
      let kinds = placeholders.filter { $0.tap == number }.map(\.kind)
      let hasDescriptors = kinds.contains { $0.isDescriptor || $0.isVhost }
      let byName = !hasDescriptors && (wish.name != nil || kinds.contains(.name))
      ways.append(byName ? .name : .descriptors)
      if byName, wish.vhost { throw .vhostByName(bridge: wish.bridge) }
      if hasDescriptors || byName {
        if wish.vhost, !kinds.contains(where: \.isVhost) { throw .unusedVhost(bridge: wish.bridge) }
        ids.append(nil)
        continue
      }
      guard isQEMU else { throw .unusedTap(bridge: wish.bridge, program: program) }
      let id = wish.id ?? "tapster\(number)"
      guard taken.insert(id).inserted else { throw .takenID(id) }
      ids.append(id)
    }
    self.ways = ways
    self.ids = ids
  }

  /// The arguments with everything filled in, for taps as they were wished, in their order.
  public func arguments(with taps: [OpenedTap]) -> [String] {
    precondition(taps.count == wishes.count, "a tap for each wish")
    var filled = arguments.map { parts in
      parts.map { part in
        switch part {
        case .text(let text): text
        case .placeholder(let found): Self.value(of: found, taps[found.tap])
        }
      }.joined()
    }
    for (id, tap) in zip(ids, taps) {
      guard let id else { continue }
      filled += QEMUArguments.arguments(
        for: tap, id: id, withDevice: !QEMUArguments.hasDevice(for: id, in: words))
    }
    return filled
  }

  private static func value(of placeholder: Placeholder, _ tap: OpenedTap) -> String {
    switch placeholder.kind {
    case .name: String(decoding: tap.name.bytes, as: UTF8.self)
    case .address: tap.address.description
    case let kind:
      (kind.isVhost ? tap.vhosts : tap.descriptors).map { String($0) }
        .joined(separator: kind.separator)
    }
  }

  /// The last part of a program's path.
  static func baseName(_ program: String) -> String {
    program.split(separator: "/").last.map { String($0) } ?? program
  }
}
