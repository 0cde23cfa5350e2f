internal import LinuxHost
internal import LinuxTypes
internal import TapClient

/// What a shell may offer where a tap is to be named.
enum TapCompletion {
  /// The taps that this user can remove, by all their names.
  static var taps: [String] {
    let taps = (try? TapList.all()) ?? []
    return taps.filter { EffectiveUser.isRoot || $0.user == ThisProcess.user }
      .flatMap { [$0.name.bytes] + $0.furtherNames }
      .compactMap { String(validating: $0, as: UTF8.self) }
  }
}
