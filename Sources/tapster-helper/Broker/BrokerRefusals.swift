internal import TapBroker

/// Why somebody is not served, whatever it is that he wants.
extension Refusal {
  /// He connected and asked nothing.
  static var clientIsSilent: Refusal {
    Refusal(.usage, "the broker was asked nothing for \(Admission.patience / 1000) seconds")
  }

  /// Others come first.
  static var brokerIsBusy: Refusal {
    Refusal(
      .unavailable, "the broker is busy with other requests", advice: "try again in a moment")
  }

  /// There is no child to serve him.
  static var brokerCannotFork: Refusal {
    Refusal(.failure, "the broker cannot start a process", advice: "try again in a moment")
  }
}
