public import AccessControl
public import LinuxNetworking
internal import LinuxTypes

/// A tap on a bridge, ready to be given to the caller: the outcome of the phase *Create*.
public struct GrantedTap: ~Copyable {
  /// Its queues' descriptors.
  public let device: TapDevice
  /// The interface's name.
  public let name: [UInt8]
  /// The rule that allows it.
  public let rule: DecidingRule

  /// Makes the tap that `permission` permits.
  ///
  /// `now`, in seconds since 1970, is noted beside its owner. The tap is read back from the kernel
  /// and compared with what it ought to be. Throws a refusal if the caller's taps on the bridge are
  /// used up or the kernel refuses a step; the tap is closed then, and the kernel forgets it.
  public static func create(
    on unattached: consuming TapDevice, _ request: TapRequest, for caller: Credentials,
    by permission: Permission, at now: Int64, over socket: inout RouteSocket
  ) throws(Refusal) -> GrantedTap {
    guard let template = TapName(user: caller.user, bridge: permission.bridge.index) else {
      throw Refusal(
        .failure,
        "no name of 15 bytes holds uid \(caller.user.rawValue) and bridge index "
          + "\(permission.bridge.index.rawValue)",
        advice: "an administrator can make the bridge anew in a fresh network namespace")
    }

    let name: [UInt8]
    do throws(Errno) {
      name = try unattached.create(
        template: template.template, virtioHeader: request.virtioHeader)
    } catch { throw Refusal(.failure, "cannot make a tap: \(error.description)") }
    do throws(Refusal) {
      try claim(unattached, name, template, request, for: caller, by: permission)
      let index: InterfaceIndex
      do throws(Errno) { index = try socket.index(named: name) } catch {
        throw Refusal(.failure, "cannot find the tap: \(error.description)")
      }
      try checkAlone(unattached, index, request, caller, over: &socket)
      try plug(index, name, request, for: caller, by: permission, at: now, over: &socket)
    } catch {
      remove(name, over: &socket)
      throw error
    }
    return GrantedTap(device: unattached, name: name, rule: permission.grant.rule)
  }

  /// Has the tap outlive the process. Needs no right but its descriptor.
  public borrowing func persist() throws(Refusal) {
    do throws(Errno) { try device.setPersistent(true) } catch {
      throw Refusal(.failure, "cannot make the tap persistent: \(error.description)")
    }
  }

  /// Has the tap go with the process after all.
  public borrowing func goAfterAll() {
    do throws(Errno) { try device.setPersistent(false) } catch {}
  }

  /// Makes the tap the caller's, with as many queues as he asked for, unless its slot is beyond his
  /// quota.
  private static func claim(
    _ device: borrowing TapDevice, _ name: [UInt8], _ template: TapName, _ request: TapRequest,
    for caller: Credentials, by permission: Permission
  ) throws(Refusal) {
    do throws(Errno) {
      try device.setOwner(caller.user)
      // Before the tap is read back: until it had an owner, anybody could attach a queue to a tap
      // of several, and whoever did is counted there.
      try device.attachFurtherQueues(to: name, virtioHeader: request.virtioHeader)
    } catch { throw Refusal(.failure, "cannot make a tap: \(error.description)") }

    guard let slot = template.slot(of: name) else {
      throw Refusal(.failure, "the kernel named the tap '\(PrintableText.escape(name))'")
    }
    if let taps = permission.grant.taps, slot >= taps {
      throw Refusal(
        .notPermitted,
        "\(taps) of \(taps) taps that \(permission.grant.rule.place) allows on bridge "
          + "'\(PrintableText.escape(permission.bridge.name))' are in use",
        advice: "stop a virtual machine, or let an administrator raise taps= in that line")
    }
  }

  /// Removes the tap whoever has it open: closing our descriptors removes it only if nobody else
  /// has. By its name, which is its own as long as our descriptors are open.
  private static func remove(_ name: [UInt8], over socket: inout RouteSocket) {
    let index: InterfaceIndex
    do throws(Errno) { index = try socket.index(named: name) } catch { return }
    do throws(NetlinkError) { try socket.remove(index) } catch {}
  }

  /// Throws if somebody else is on a tap of several queues, before it is on the bridge. What one
  /// has set who has left again is taken back.
  private static func checkAlone(
    _ device: borrowing TapDevice, _ index: InterfaceIndex, _ request: TapRequest,
    _ caller: Credentials,
    over socket: inout RouteSocket
  ) throws(Refusal) {
    // One of a single queue takes nobody else while its queue is attached, and that is since it is
    // there at all.
    guard request.queues > 1 else { return }
    let link: Link?
    do throws(NetlinkError) { link = try socket.link(at: index) } catch {
      throw Refusal(.failure, error.description)
    }
    guard link?.tap == TapState(owner: caller.user, queues: request.queues) else {
      throw Refusal(
        .failure, "somebody else attached to the tap before it was yours",
        advice: "try again; an administrator can find out who opens /dev/net/tun all the time")
    }
    do throws(Errno) { try device.forgetSettings() } catch {
      throw Refusal(.failure, "cannot prepare the tap: \(error.description)")
    }
  }

  private static func plug(
    _ index: InterfaceIndex, _ name: [UInt8], _ request: TapRequest, for caller: Credentials,
    by permission: Permission, at now: Int64, over socket: inout RouteSocket
  ) throws(Refusal) {
    let mark = TapMark(user: caller.user, since: now, rule: permission.grant.rule.place)
    let address: MACAddress
    do throws(Errno) {
      // A bridge takes the lowest address among its ports as its own: this one is never the lowest.
      guard let random = MACAddress(bytes: [0xFE] + (try RandomBytes.make(5))) else {
        throw .invalid
      }
      address = random
    } catch { throw Refusal(.failure, "cannot prepare the tap: \(error.description)") }

    let configuration = RouteSocket.PortConfiguration(
      bridge: permission.bridge.index, mtu: permission.bridge.mtu, address: address,
      alias: mark.alias, alternativeName: request.name,
      port: BridgePort(
        isIsolated: permission.isIsolated, isLocked: !permission.grant.addresses.isEmpty),
      lockedTo: permission.grant.addresses)
    let link: Link
    do throws(NetlinkError) { link = try socket.plug(index, as: configuration) } catch {
      if error.errno == .exists, let name = request.name {
        throw Refusal(
          .unavailable, "the name '\(name.description)' is in use",
          advice: "choose another --name; ip link show lists those that are taken")
      }
      throw Refusal(.failure, error.description)
    }
    guard link.index == index, link.name == name, link.master == configuration.bridge,
      link.mtu == configuration.mtu, link.address == configuration.address,
      link.port == configuration.port,
      link.tap == TapState(owner: caller.user, queues: request.queues)
    else {
      throw Refusal(
        .failure, "the tap did not become what rule \(permission.grant.rule.place) asks for",
        advice: "this kernel may lack isolated or locked bridge ports (Linux 5.18 has them)")
    }
  }
}
