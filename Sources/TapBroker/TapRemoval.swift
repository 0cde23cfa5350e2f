public import LinuxNetworking
public import LinuxTypes

/// The end of a tap that outlives the helper, at its owner's wish.
///
/// No right but the owner's own is used: the kernel lets him attach to his tap, and whoever is
/// attached may say that it is to go with its descriptors. So neither a rename, nor a tap that is
/// made anew under the same name meanwhile, nor an index that is given out again can lead to the
/// end of anybody else's; the looks that are taken before and after say so in clear words.
public enum TapRemoval {
  /// Removes the caller's tap called `name`, its own or a further one, by way of `device`, which is
  /// attached to nothing yet. Returns its own name.
  ///
  /// For a process that has the caller's rights and no others. Throws a refusal, the tap being as
  /// it was, unless it is a persistent tap that we made for the caller, which is his still and
  /// which nobody is attached to.
  public static func remove(
    _ name: InterfaceName, through device: consuming TapDevice, for caller: UserID,
    over socket: inout RouteSocket
  ) throws(Refusal) -> [UInt8] {
    guard let found = try socket.find(name) else {
      throw Refusal(
        .unavailable, "there is no tap '\(name.description)'",
        advice: "tapster tap-list shows those that you have")
    }
    let state = try check(found, called: name, for: caller)
    guard state.isIdle else { throw inUse(name) }

    do throws(Errno) {
      try device.join(found.name, isMultiQueue: state.queues != nil)
    } catch {
      if error == .busy { throw inUse(name) }
      throw Refusal(
        .failure, "cannot attach to the tap '\(name.description)': \(error.description)")
    }
    // It is the same still, and we are alone on it: with our descriptor it goes.
    let joined: Link?
    do throws(NetlinkError) { joined = try socket.link(at: found.index) } catch {
      if error.errno != .noSuchDevice { throw Refusal(.failure, error.description) }
      joined = nil
    }
    guard let joined, joined.name == found.name else {
      throw Refusal(
        .failure, "the tap '\(name.description)' became another one meanwhile",
        advice: "tapster tap-list shows what there is now")
    }
    var alone = state
    if state.queues != nil { alone.queues = 1 }
    guard try check(joined, called: name, for: caller) == alone else { throw inUse(name) }
    do throws(Errno) { try device.setPersistent(false) } catch {
      throw Refusal(
        .failure, "cannot remove the tap '\(name.description)': \(error.description)")
    }
    return found.name
  }

  /// What the kernel says of the tap `link`, or the refusal if it is not the caller's to remove.
  private static func check(_ link: Link, called name: InterfaceName, for caller: UserID)
    throws(Refusal) -> TapState
  {
    guard let state = link.tap, let mark = TapMark(link.alias),
      let user = TapName.user(of: link.name), user == mark.user
    else {
      throw Refusal(
        .notPermitted, "'\(name.description)' is no tap that tapster-helper made",
        advice: "tapster tap-list shows those that you have")
    }
    guard user == caller else {
      throw Refusal(
        .notPermitted, "the tap '\(name.description)' is of uid \(user.rawValue), not yours",
        advice: "its owner can remove it, or an administrator: tapster tap-remove")
    }
    guard state.owner == caller, state.group == nil else {
      throw Refusal(
        .notPermitted,
        "the tap '\(name.description)' was given to another user or group by who had it open",
        advice: "an administrator can remove it: tapster tap-remove")
    }
    guard state.isPersistent else {
      throw Refusal(
        .unavailable, "the tap '\(name.description)' goes with the program that has it open",
        advice: "stop that program")
    }
    return state
  }

  private static func inUse(_ name: InterfaceName) -> Refusal {
    Refusal(
      .unavailable, "the tap '\(name.description)' is in use",
      advice: "stop the virtual machine that has it open")
  }
}
