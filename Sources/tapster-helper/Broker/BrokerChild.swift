internal import CLinux
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

/// A child of the broker, before it does what every helper does: phase 0, up to the point where one
/// that its client had started would be. What needs no client is done before he comes.
struct BrokerChild: ~Copyable {
  /// Over which the client comes.
  let channel: FileDescriptor
  /// The numbers that are nobody's in the broker's user namespace.
  let unmapped: UnmappedIDs

  /// Opens what every request needs, and filters the system calls: before a byte of anybody's is
  /// read, and while nobody waits. What failed, perhaps long before he comes, is tried again by
  /// ``equipment(_:)``.
  func prepare() -> Result<Equipment, Refusal> {
    do throws(Refusal) { return .success(try equip()) } catch { return .failure(error) }
  }

  /// What was prepared, or else is now; what fails is for the client to hear.
  func equipment(_ prepared: consuming Result<Equipment, Refusal>) throws(Refusal) -> Equipment {
    switch consume prepared {
    case .success(let equipment): return equipment
    case .failure: return try equip()
    }
  }

  private func equip() throws(Refusal) -> Equipment {
    var equipment = try Equipment.open()
    // Where there is none, the client is told so when he asks for a tap.
    do throws(Errno) {
      equipment.device.append(
        try FileDescriptor.open(TapDevice.devicePath, flags: O_RDWR | O_NOCTTY))
    } catch {}
    do throws(Errno) { _ = try value(clinux_unblock_signals()) } catch {
      throw Refusal(.failure, "cannot take signals: \(error.description)")
    }
    clinux_map_program()
    try SystemCallFilter.install(.ofBrokerChild)
    equipment.isFiltered = true
    return equipment
  }

  /// Waits for the client: the connection to him is open until the process ends. Nil if none is to
  /// come, as the broker has gone.
  func awaitClient() -> MessageSocket? {
    do throws(Errno) {
      var descriptors = DescriptorList()
      _ = try descriptors.receive(from: channel.rawValue, maximumSize: 1, waiting: true)
      guard let connection = descriptors.takeLast() else { return nil }
      // Before all else. Once the process is the client's in the kernel's eyes, he may stop it.
      _ = try value(clinux_end_after(Int32(Admission.patience)))
      return MessageSocket(connection.release())
    } catch { return nil }
  }

  /// Puts the process in the place of its client, and returns what he asks for.
  func enter(for connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let client: Credentials
    do throws(Errno) { client = try connection.peerCredentials() } catch {
      throw Refusal(.failure, "cannot learn who asks: \(error.description)")
    }
    guard !unmapped.isAmong(client) else {
      throw Refusal(
        .notPermitted, "the broker's user namespace does not know who asks",
        advice: "ask from inside the container that the broker runs in")
    }
    let groups = client.groups.dropFirst().map { $0.rawValue }
    do throws(Errno) {
      // SAFETY: the array has as many groups as the call is told.
      _ = try value(
        unsafe clinux_take_place_of(
          client.user.rawValue, client.groups[0].rawValue, groups, groups.count))
    } catch { throw Refusal(.failure, "cannot act for who asks: \(error.description)") }
    guard try Reduction.realCredentials() == client else {
      throw Refusal(.failure, "did not become who asks")
    }
    return try request(over: connection)
  }

  private func request(over connection: MessageSocket) throws(Refusal) -> [[UInt8]] {
    let message: [UInt8]?
    do throws(Errno) {
      message = try connection.receive(maximumSize: BrokerRequest.maximumSize)
    } catch { throw Refusal(.failure, "cannot read the request: \(error.description)") }
    guard let message else {
      throw Refusal(.usage, "the request is longer than \(BrokerRequest.maximumSize) bytes")
    }
    do throws(HelperCommand.UsageError) { return try BrokerRequest.arguments(message) } catch {
      throw Refusal(.usage, error.text)
    }
  }
}
