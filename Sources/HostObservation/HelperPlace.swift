internal import LinuxHost
internal import LinuxTypes
internal import TapClient

/// Where tapster-helper is.
struct HelperPlace {
  /// Its file, or where that has to be.
  let path: FilePath
  /// Whether a package put this program where it is.
  let isPackaged: Bool

  /// Where ``TapClient/HelperProgram`` has it.
  static func find() -> HelperPlace {
    HelperPlace(
      path: HelperProgram.path ?? FilePath("/usr/libexec/tapster/tapster-helper"),
      isPackaged: ThisProcess.executable()?.parent == FilePath("/usr/bin"))
  }
}
