import TapBroker
import Testing

@Suite struct AdmissionTests {
  private var admission = Admission()
  private var number: Int32 = 100

  /// One more connection of `user`.
  private mutating func arrive(_ user: UInt32, at now: Int64 = 0, asks: Bool = true)
    -> Admission.Arrival
  {
    number += 1
    return admission.arrive(.init(number: number, user: user, since: now, hasAsked: asks))
  }

  /// Serves whoever may be served; whose they are, in order.
  private mutating func serveAll() -> [UInt32] {
    var users: [UInt32] = []
    while let next = admission.nextToServe() {
      number += 1
      admission.note(child: number, of: next.user)
      users.append(next.user)
    }
    return users
  }

  @Test mutating func whoAsksIsServedInTurn() {
    for user: UInt32 in [1, 2, 3] { #expect(arrive(user) == .taken) }
    #expect(!admission.isIdle)
    #expect(serveAll() == [1, 2, 3])
    #expect(!admission.isIdle && admission.waiting.isEmpty)
    for child in 104...106 { admission.note(ended: Int32(child)) }
    #expect(admission.isIdle)
  }

  @Test mutating func whoHasNotAskedWaits() {
    _ = arrive(1, asks: false)
    _ = arrive(2)
    #expect(serveAll() == [2])
    admission.note(askedBy: 101)
    #expect(serveAll() == [1])
  }

  @Test mutating func oneUserHasEightChildren() {
    for _ in 0..<20 { _ = arrive(1) }
    #expect(serveAll() == Array(repeating: 1, count: 8))
    _ = arrive(2)
    #expect(serveAll() == [2], "whoever floods is in his own way")
    admission.note(ended: 121)
    #expect(serveAll() == [1])
  }

  @Test mutating func thereAreSixtyFourChildren() {
    for user: UInt32 in 0..<100 { _ = arrive(user) }
    #expect(serveAll() == Array(0..<64))
    admission.note(ended: 201)
    #expect(serveAll() == [64])
  }

  @Test mutating func whoIsServedLeastIsNext() {
    for _ in 0..<4 { _ = arrive(1) }
    for _ in 0..<2 { _ = arrive(2) }
    #expect(serveAll() == [1, 2, 1, 2, 1, 1])
  }

  @Test mutating func aUserHasSixtyFourPlaces() {
    for _ in 0..<64 { #expect(arrive(1) == .taken) }
    #expect(arrive(1) == .tooMany)
    #expect(arrive(2) == .taken)
  }

  /// Silence gives way to whoever comes, the longest first.
  @Test mutating func whoHasNotAskedGivesWay() {
    for _ in 0..<63 { _ = arrive(1) }
    #expect(arrive(1, asks: false) == .taken)
    _ = arrive(2, asks: false)
    let silent = admission.waiting.first { !$0.hasAsked }
    #expect(silent?.user == 1)
    #expect(arrive(1) == silent.map { .takenInsteadOf($0) }, "his own only")
    #expect(arrive(1) == .tooMany)
  }

  @Test mutating func allTogetherHave256Places() throws {
    for user: UInt32 in 0..<256 { _ = arrive(user, asks: user != 7 && user != 9) }
    #expect(admission.hasRoom, "for whoever takes the place of silence")
    for user: UInt32 in [7, 9] {
      guard case .takenInsteadOf(let silent) = arrive(300 + user) else {
        Issue.record("nobody gave way")
        return
      }
      #expect(silent.user == user)
    }
    #expect(!admission.hasRoom)
    #expect(admission.waiting.count == 256)
  }

  @Test mutating func whoHasWaitedForFiveSecondsGoes() {
    _ = arrive(1, at: 1000, asks: false)
    _ = arrive(2, at: 2000)
    #expect(admission.firstDeadline == 6000)
    #expect(admission.nextLate(at: 5999) == nil)
    #expect(admission.nextLate(at: 6000)?.user == 1)
    #expect(admission.nextLate(at: 6000) == nil)
    #expect(admission.nextLate(at: 9000)?.user == 2)
    #expect(admission.firstDeadline == nil && admission.isIdle)
  }

  @Test mutating func whoHangsUpGoes() {
    _ = arrive(1)
    _ = arrive(2, asks: false)
    admission.remove(101)
    #expect(serveAll() == [])
    #expect(admission.nextSilent()?.user == 2)
    #expect(admission.nextSilent() == nil)
  }
}
