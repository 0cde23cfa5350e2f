internal import MonitorArguments
internal import TapClient

extension Failure {
  /// `summary` says what failed, `error` why; the exit status is the helper's, where it decided.
  init(_ summary: String, _ error: TapClientError) {
    self.init(
      [summary] + error.description.split(separator: "\n").map { String($0) },
      advice: error.advice)
    status = error.status
  }

  /// A command line that cannot be filled in; EX_USAGE.
  init(_ error: MonitorArgumentsError) {
    self.init([error.description], advice: error.advice)
    status = 64
  }

  /// Runs `body`; what it throws becomes a failure that begins with `summary`.
  static func duringTaps<Result>(
    _ summary: String, _ body: () throws(TapClientError) -> Result
  ) throws(Failure) -> Result {
    do throws(TapClientError) { return try body() } catch { throw Failure(summary, error) }
  }
}
