/// What went wrong on a way that is gone to its end all the same.
struct Failures {
  private var errors: [EngineError] = []

  /// Whether nothing did.
  var isEmpty: Bool { errors.isEmpty }

  /// Notes an error.
  mutating func add(_ error: EngineError) { errors.append(error) }

  /// Runs `body` and notes what it throws.
  mutating func attempt(_ body: () throws(EngineError) -> Void) {
    do throws(EngineError) { try body() } catch { errors.append(error) }
  }

  /// Throws what was noted, all of it.
  func rethrow() throws(EngineError) {
    if errors.count > 1 { throw .undoingFailed(errors) }
    if let error = errors.first { throw error }
  }
}
