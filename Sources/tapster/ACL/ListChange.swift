internal import ACLEditing
internal import AccessControl
internal import LinuxHost
internal import LinuxNetworking
internal import LinuxTypes
internal import NetworkEngine
internal import TapBroker

/// A change of one file of the access control list, from reading it to putting the new text in its
/// place.
struct ListChange {
  /// The list as it is.
  let list: ACLContents
  /// The file that changes, as the list calls it.
  let path: FilePath
  /// What it holds; what it is to hold first, if it is to be made.
  let text: ACLText
  private let present: RegularFile?

  /// Runs `body` while nobody else changes the list.
  static func make(_ body: () throws(Failure) -> Void) throws(Failure) {
    let result = try Failure.during(nil) {
      () throws(EngineError) in try AccessListLock.hold(body)
    }
    do throws(Failure) { try result.get() } catch { throw error }
  }

  /// Reads the list. The file that changes is `file`, or else the list's own; that is made if need
  /// be.
  ///
  /// Throws if `file` is no part of the list.
  static func begin(_ file: FilePath?) throws(Failure) -> ListChange {
    var list = ACLContents(goingOn: true)
    var walk = ACLWalk()
    do throws(ACLFailure) { try walk.run(&list) } catch { throw Failure(error) }
    let main = walk.mainPath
    guard let file else {
      // Qemu's list counts as long as ours is not there; what it says has to go on to count.
      guard main == ACLReader.path, list.files.first != nil else {
        if let failure = list.failures.first {
          guard case .missing = failure else { throw Failure(failure) }
        }
        return ListChange(list: list, path: ACLReader.path, text: newList, present: nil)
      }
      return try ListChange(list, main, list.files[0].file)
    }
    let found: RegularFile
    do throws(RegularFile.ReadError) {
      found = try RegularFile.read(file, maximumSize: ACLReader.maximumSize)
    } catch { throw Failure(["cannot read '\(file)': \(error)"]) }
    guard let part = list.files.first(where: { $0.file.identity == found.identity }) else {
      throw Failure(
        ["\(file) is no part of the access control list"],
        advice: "an editor can add it to \(main): include \(file)")
    }
    return try ListChange(list, part.path, part.file)
  }

  private init(_ list: ACLContents, _ path: FilePath, _ file: RegularFile) throws(Failure) {
    self.init(list: list, path: path, text: ACLText(file.contents), present: file)
  }

  private init(list: ACLContents, path: FilePath, text: ACLText, present: RegularFile?) {
    self.list = list
    self.path = path
    self.text = text
    self.present = present
  }

  /// Whether the file is to be made.
  var makesFile: Bool { present == nil }

  /// The list as it would be read if the file held `new`. Throws if it would be broken.
  func planned(_ new: ACLText) throws(Failure) -> ACLContents {
    var contents = ACLContents(plan: .init(path, present, becomes: new.bytes))
    var walk = ACLWalk()
    do throws(ACLFailure) { try walk.run(&contents) } catch {
      let isBroken = !list.failures.isEmpty
      var failure = Failure(error)
      failure.lines.insert(
        isBroken
          ? "the access control list is broken, and would stay so; nothing was changed"
          : "the access control list would be broken; nothing was changed", at: 0)
      if !isBroken { failure.advice = nil }
      throw failure
    }
    return contents
  }

  /// The answer to `question`, of somebody who may not read `hidden`, if the file held `new`; nil
  /// if the list would be broken for him.
  func decision(
    of question: AccessQuestion, hidden: Set<FilePath>, holding new: ACLText
  ) -> AccessDecision? {
    var answer = PlannedAnswer(
      question, plan: .init(path, present, becomes: new.bytes), hidden: hidden)
    var walk = ACLWalk()
    do throws(ACLFailure) { try walk.run(&answer) } catch { return nil }
    return answer.decision
  }

  /// Puts `new` in the file's place, whole or not at all. Throws if the file is not what it was.
  func write(_ new: ACLText) throws(Failure) {
    do throws(FileError) {
      guard let present else {
        try Directory.make(path.parent)
        let made = try FileReplacement(path, new.bytes, mode: 0o644)
        guard !File.exists(path) else { throw FileError("make", path, .exists) }
        return try made.commit()
      }
      // A link stays one, and leads to the new text.
      let real = try File.withoutLinks(path)
      let rights = try FileReplacement.Rights.of(real)
      let replacement = try FileReplacement(real, new.bytes, mode: rights.mode, owned: rights)
      let now = try? RegularFile.read(path, maximumSize: ACLReader.maximumSize)
      guard now?.identity == present.identity, now?.contents == present.contents else {
        throw FileError("change, since somebody else changed it meanwhile,", path, .busy)
      }
      try replacement.commit()
    } catch { throw Failure([error.description], advice: Self.advice(for: error)) }
  }

  private static func advice(for error: FileError) -> String? {
    switch error.errno {
    case .busy, .exists: "look at it, and try again"
    default: nil
    }
  }

  /// What a list of our own begins with, so that what counted before it goes on to count.
  private static let newList = ACLText(
    Array(
      """
      # Who may have taps on which bridge: man 5 tapster-acl.conf.

      # What QEMU's own helper allows stays allowed, and what it denies stays denied.
      include \(ACLReader.fallbackPath)


      """.utf8))
}
