/// How a program ended.
public enum Ending: Equatable, Sendable {
  /// It called `exit` with this status.
  case exited(Int32)
  /// This signal ended it.
  case signalled(Int32)
}

/// A program that ended, and what it said.
public struct Completed: Sendable, CustomStringConvertible {
  /// The arguments it was started with.
  public let arguments: [String]
  /// How it ended.
  public let ending: Ending
  /// All bytes of its standard output.
  public let outputBytes: [UInt8]
  /// All bytes of its standard error.
  public let errorBytes: [UInt8]

  /// Standard output as text; what is not UTF-8 shows as U+FFFD.
  public var output: String { String(decoding: outputBytes, as: UTF8.self) }
  /// Standard error as text; what is not UTF-8 shows as U+FFFD.
  public var error: String { String(decoding: errorBytes, as: UTF8.self) }
  /// The exit status, or nil if a signal ended it.
  public var status: Int32? { if case .exited(let status) = ending { status } else { nil } }
  /// Whether it exited with status 0.
  public var succeeded: Bool { ending == .exited(0) }

  /// The arguments, the ending and both outputs, for a failed expectation.
  public var description: String {
    "\(arguments) \(ending)\n--- stdout\n\(output)\n--- stderr\n\(error)"
  }

  /// Itself if it exited with 0; otherwise throws ``ProgramFailed``.
  @discardableResult
  public func checked() throws(ProgramFailed) -> Completed {
    guard succeeded else { throw ProgramFailed(completed: self) }
    return self
  }
}

/// A program of which the test needed success failed.
public struct ProgramFailed: Error, CustomStringConvertible {
  /// What happened.
  public let completed: Completed
  /// The whole story of the program.
  public var description: String { completed.description }
}

/// Something did not happen in time.
public struct TimedOut: Error, CustomStringConvertible {
  /// What was waited for, and how far it came.
  public let description: String

  /// Says what was waited for.
  public init(_ description: String) { self.description = description }
}
