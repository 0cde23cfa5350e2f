internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import MonitorArguments
internal import TapBroker
internal import TapClient

/// The taps of one virtual machine that `tapster run` runs.
struct MachineTaps: ~Copyable {
  /// What the monitor is told of them, in the order in which they were wished for.
  private(set) var opened: [OpenedTap] = []
  private let hasHeader: Bool
  private let machine: String?
  private var descriptors = DescriptorList()
  /// Those that stay, and that are removed when the monitor ends.
  private var staying: [InterfaceName] = []
  private var attended: AttendedProgram?

  /// None yet. `machine` is the machine's name, if it has one.
  init(hasHeader: Bool, machine: String?) {
    self.hasHeader = hasHeader
    self.machine = machine
  }

  /// From now on no signal keeps us from removing what we make.
  mutating func holdSignals() throws(Failure) {
    do throws(Errno) { attended = try AttendedProgram() } catch {
      throw Failure(["cannot hold signals back: \(error)"])
    }
  }

  /// Gets the taps that `command` is to have. If one is refused, none is left.
  mutating func open(_ command: borrowing MonitorCommand) throws(Failure) {
    for (number, wish) in command.wishes.enumerated() {
      do throws(Failure) { try open(wish, command.ways[number], card: number) } catch {
        _ = removeStaying()
        throw error
      }
    }
  }

  private mutating func open(_ wish: TapWish, _ way: MonitorCommand.Way, card: Int) throws(Failure)
  {
    var request = TapRequest(bridge: wish.bridge)
    request.queues = wish.queues
    request.vhost = wish.vhost
    request.virtioHeader = hasHeader
    request.name = wish.name
    do throws(TapClientError) {
      let name: InterfaceName
      var (numbers, vhosts): ([Int32], [Int32]) = ([], [])
      switch way {
      case .descriptors:
        let received = try TapClient.obtain(request, into: &descriptors)
        (name, numbers, vhosts) = (received.name, received.descriptors, received.vhosts)
      case .name:
        name = try TapClient.add(request)
        staying.append(name)
      }
      opened.append(
        OpenedTap(
          descriptors: numbers, vhosts: vhosts, name: name,
          address: try address(wish, of: name, card: card)))
    } catch { throw Failure("Failed to get a tap on bridge \(wish.bridge)", error) }
  }

  /// The address of the guest's card: as wished; or the one that the tap is locked to; or the one
  /// that belongs to the machine's name; or any.
  private borrowing func address(
    _ wish: TapWish, of tap: InterfaceName, card: Int
  ) throws(TapClientError) -> MACAddress {
    let locked = try TapList.lockedAddresses(of: tap)
    if let wished = wish.address {
      guard locked.isEmpty || locked.contains(wished) else {
        throw .kernel(
          "the port of a tap of yours there may send from "
            + locked.map(\.description).joined(separator: ", ") + " only, not from \(wished)")
      }
      return wished
    }
    if let first = locked.first { return first }
    if let machine, let user = ThisProcess.user {
      return .stable(for: machine, of: user, card: card)
    }
    do throws(Errno) { return .ofGuest(try RandomBytes.make(3)) } catch {
      throw .kernel("cannot make an address up: \(error)")
    }
  }

  /// Runs the monitor with the taps. If none of them stays, it takes our place; otherwise its exit
  /// status becomes ours, once they are removed.
  consuming func run(_ path: FilePath, _ arguments: [String]) throws(Failure) {
    do throws(Errno) {
      for number in descriptors.numbers { try ThisProcess.keepOnExec(number) }
    } catch { throw Failure(["cannot keep the taps open: \(error)"]) }
    guard let attended = attended.take() else {
      do throws(FileError) { try ThisProcess.become(path, arguments) } catch {
        throw Self.notRun(error)
      }
    }
    let process: Int32
    do throws(FileError) { process = try attended.start(path, arguments) } catch {
      _ = removeStaying()
      throw Self.notRun(error)
    }
    // The monitor has its own; ours would keep a tap that it gives up.
    descriptors = DescriptorList()
    let status: Int32
    do throws(Errno) { status = try attended.attend(process) } catch {
      throw Failure(["cannot wait for the program: \(error)"])
    }
    if let left = removeStaying() { StandardStream.error.write(left.text) }
    ThisProcess.end(status)
  }

  /// Removes the taps that stay. Why one could not be, if so.
  private mutating func removeStaying() -> Failure? {
    var failure: Failure?
    for tap in staying.reversed() {
      do throws(TapClientError) { try TapClient.remove(tap) } catch {
        failure = Failure("Failed to remove tap \(tap)", error)
      }
    }
    staying = []
    return failure
  }

  private static func notRun(_ error: FileError) -> Failure {
    var failure = Failure([error.description])
    failure.status = 126
    return failure
  }
}
