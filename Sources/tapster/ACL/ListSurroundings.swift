internal import ACLEditing
internal import AccessControl
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import TapBroker

extension ACLSurroundings {
  /// What this host has of that which the rules of `contents` speak of.
  ///
  /// Who may read which file is for root to find out: without root, nobody counts as kept out.
  static func observed(for contents: ACLContents) throws(Failure) -> ACLSurroundings {
    var host = try names(in: contents.rules.map(\.meaning))
    let bridges = Set(contents.rules.compactMap { $0.meaning.bridge?.bytes })
    do throws(Refusal) {
      var socket = try RouteSocket.forRequests()
      for name in bridges { host.interfaces[name] = try interface(name, &socket) }
    } catch { throw Failure(error) }
    host.observePlacements(of: contents)
    if EffectiveUser.isRoot { try host.observeReaders(of: contents) }
    return host
  }

  /// Where the files lie, as far as this process may look.
  private mutating func observePlacements(of contents: ACLContents) {
    for path in Set(contents.files.map(\.path)) where path.isAbsolute {
      let directories = File.directories(leadingTo: path).compactMap { directory in
        (try? FileReplacement.Rights.of(directory)).map {
          Placement.Directory(path: directory, owner: $0.user, mode: $0.mode)
        }
      }
      guard let mode = try? FileReplacement.Rights.of(path).mode,
        let linkCount = try? File.linkCount(path)
      else { continue }
      placements[path] = Placement(directories: directories, mode: mode, linkCount: linkCount)
    }
  }

  /// Whom of those that the rules name this host knows.
  static func names(in rules: [RuleMeaning]) throws(Failure) -> ACLSurroundings {
    var host = ACLSurroundings()
    let users = try database("/etc/passwd")
    let groups = try database("/etc/group")
    // A directory may take its time over each.
    var progress = Progress("rules looked at")
    for rule in rules {
      for user in rule.users { host.add(user: user.bytes, users) }
      for group in rule.groups { host.add(group: group.bytes, groups) }
      progress.step()
    }
    progress.end()
    return host
  }

  private static func database(_ path: StaticString) throws(Failure) -> NumberDatabase {
    do throws(FileError) { return NumberDatabase(try File.read(FilePath(path)) ?? []) } catch {
      throw Failure([error.description])
    }
  }

  private mutating func add(user name: [UInt8], _ known: NumberDatabase) {
    guard DecimalNumber.parse(name) == nil, users[name] == nil, directoryUsers[name] == nil else {
      return
    }
    if let number = known.number(of: name) {
      users[name] = number
    } else if let text = String(validating: name, as: UTF8.self) {
      directoryUsers[name] = Account.find(text)?.credentials.user.rawValue
    }
  }

  private mutating func add(group name: [UInt8], _ known: NumberDatabase) {
    guard DecimalNumber.parse(name) == nil, groups[name] == nil, directoryGroups[name] == nil
    else { return }
    if let number = known.number(of: name) {
      groups[name] = number
    } else if let text = String(validating: name, as: UTF8.self) {
      directoryGroups[name] = Account.group(text)?.rawValue
    }
  }

  private static func interface(
    _ name: [UInt8], _ socket: inout RouteSocket
  ) throws(Refusal) -> Interface? {
    guard let wanted = InterfaceName(name) else { return nil }
    let link: Link?
    do throws(NetlinkError) { link = try socket.link(named: wanted) } catch {
      throw Refusal(.failure, error.description)
    }
    guard let link, let own = InterfaceName(link.name) else { return nil }
    return Interface(
      name: own, index: link.index, isBridge: link.isBridge,
      hasPinnedAddress: hasPinnedAddress(own), address: link.address)
  }

  /// Whether the address was set: `NET_ADDR_SET`, 3, in `<linux/netdevice.h>`, which a bridge keeps
  /// whatever its ports have.
  private static func hasPinnedAddress(_ name: InterfaceName) -> Bool? {
    let directory = FilePath("/sys/class/net").appending(
      String(decoding: name.bytes, as: UTF8.self))
    guard let type = try? File.read(directory.appending("addr_assign_type")) else { return nil }
    return type.first == UInt8(ascii: "3")
  }

  // MARK: Who can read what

  private mutating func observeReaders(of contents: ACLContents) throws(Failure) {
    // Somebody without any group that matters.
    guard let nobody = UserID(65534) else { return }
    let stranger = Credentials(user: nobody, groups: [])
    do throws(Errno) {
      for path in Set(contents.files.map(\.path)) where !(try stranger.canRead(path)) {
        hidden.insert(Hidden(path, from: .everybody))
      }
      let restricted = Set(hidden.map(\.file))
      var known: Set<Hidden> = []
      for rule in contents.rules where rule.meaning.verb == .deny {
        for path in rule.within.map({ contents.files[$0].path }) where restricted.contains(path) {
          for subject in rule.meaning.subjects {
            let question = Hidden(path, from: subject)
            guard known.insert(question).inserted,
              let who = credentials(of: subject, else: nobody)
            else { continue }
            if !(try who.canRead(path)) { hidden.insert(question) }
          }
        }
      }
    } catch { throw Failure(["cannot find out who may read which file: \(error)"]) }
  }

  /// The files of `contents` that `who` may not read. Needs root.
  func files(
    of contents: ACLContents, hiddenFrom who: Credentials
  ) throws(Failure) -> Set<FilePath> {
    // What strangers may read, and its group as well, is there for all.
    let restricted = Set(contents.files.map(\.path)).filter {
      hidden.contains(Hidden($0, from: .everybody)) || (placements[$0]?.mode ?? 0) & 0o044 != 0o044
    }
    var found: Set<FilePath> = []
    do throws(Errno) {
      for path in restricted where !(try who.canRead(path)) { found.insert(path) }
    } catch { throw Failure(["cannot find out who may read which file: \(error)"]) }
    return found
  }

  /// Somebody whom a rule is for: the user, or a member of the group and of no other.
  func credentials(of subject: ACLSubject, else nobody: UserID) -> Credentials? {
    switch subject {
    case .everybody: return nil
    case .user(let name): return Account.find(String(decoding: name, as: UTF8.self))?.credentials
    case .group(let name):
      let number = DecimalNumber.parse(name) ?? groups[name] ?? directoryGroups[name]
      guard let group = number.flatMap({ GroupID($0) }) else { return nil }
      return Credentials(user: nobody, groups: [group])
    }
  }
}
