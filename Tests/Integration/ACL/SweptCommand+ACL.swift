import TestSupport

extension SweptCommand {
  private static let list = """
    # Ours.
    include red.conf
    allow br-lab user=build taps=2

    """
  private static let rule = "deny br-lab user=student"
  private static let link = "/etc/tapster/list"

  /// The list is a link that leads to a file of a group's own.
  private static func written(_ text: String) -> Step {
    { bed in
      let students = Credentials(name: "root", user: 0, group: 2000)
      try bed.testbed.write(link, text, mode: 0o604, owner: students)
      try bed.testbed.write("/etc/tapster/red.conf", "allow all user=student\n")
      try bed.testbed.output(["ln", "-sf", "list", ACLScene.acl])
    }
  }

  /// The list is old or new, and whole; whoever asks gets the answer that goes with it.
  private static let whole: Step = { bed in
    let text = try bed.testbed.read(ACLScene.acl)
    guard text == list || text == list + rule + "\n" else {
      throw SweepProblem("neither old nor new: \(text)")
    }
    let rules = try bed.tapster("acl-list").checked().output
    guard rules.contains("student") else { throw SweepProblem("acl-list: \(rules)") }
  }

  private static func settled(_ text: String) -> Step {
    { bed in
      let now = try bed.testbed.read(link)
      guard now == text else { throw SweepProblem("not as it is without the fault: \(now)") }
      let rights = try bed.testbed.output(["stat", "-c", "%U %G %a %F", link, ACLScene.acl])
      guard rights == "root students 604 regular file\nroot root 777 symbolic link\n" else {
        throw SweepProblem("not as it was: \(rights)")
      }
    }
  }

  static let addRule = SweptCommand(
    name: "acl-add", arguments: ["acl-add", rule], undoesItself: true,
    excuses: ["says so already"], setUp: written(list), prepare: written(list), examine: whole,
    settled: settled(list + rule + "\n"), finish: { _ in })

  static let removeRule = SweptCommand(
    name: "acl-remove", arguments: ["acl-remove", rule], undoesItself: true,
    excuses: ["no rule says"], setUp: written(list), prepare: written(list + rule + "\n"),
    examine: whole, settled: settled(list), finish: { _ in })
}
