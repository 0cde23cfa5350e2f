internal import CommandSyntax
internal import LinuxHost
internal import LinuxTypes
internal import MonitorArguments

enum Run: Command {
  static var name: String { "run" }
  static let syntax = CommandSyntax(
    name, "run a virtual machine with taps",
    "Gets a tap on each bridge, and runs the program behind -- with them. QEMU gets -netdev and -device\n"
      + "for them at the end; other programs take {fd}, {fds}, {vhostfds}, {ifname} and {mac} in their\n"
      + "arguments, with :N for the Nth --br. A program that takes a name gets a tap that is removed\n"
      + "when it ends.",
    [bridges, TapOptions.queues, vhost, machineName, plain, program])

  private static let bridges = Texts(
    "br", "BRIDGE[,queues=N][,vhost][,mac=ADDRESS][,id=ID][,name=IFNAME]", candidates: .bridges)
  private static let vhost = Flag("vhost", "let the kernel move the frames (vhost-net)")
  private static let machineName = Text(
    "name", "name of the virtual machine; its cards keep their addresses", isPositional: false)
  private static let plain = Flag("no-vnet", "no virtio header in front of each frame")
  private static let program = Words("program", "the program and its arguments", isRequired: true)

  static func run(_ arguments: Arguments, _ output: inout CommandOutput) throws(Failure) {
    let words = arguments[program] ?? []
    guard let first = words.first, let path = find(first) else {
      var failure = Failure([
        "there is no program '\(PrintableText.excerpt(Array((words.first ?? "").utf8)))'"
      ])
      failure.status = 127
      throw failure
    }
    let command = try self.command(first, Array(words.dropFirst()), arguments)
    let machine = try arguments.value(of: machineName)
    var taps = MachineTaps(hasHeader: !arguments[plain], machine: machine)
    if command.ways.contains(.name) { try taps.holdSignals() }
    try taps.open(command)
    try taps.run(path, [first] + command.arguments(with: taps.opened))
  }

  private static func command(
    _ program: String, _ words: [String], _ arguments: Arguments
  ) throws(Failure) -> MonitorCommand {
    let texts = try arguments.values(of: bridges)
    let queues = try arguments.queues()
    do throws(MonitorArgumentsError) {
      var wishes: [TapWish] = []
      for text in texts {
        wishes.append(try TapWish(text, queues: queues, vhost: arguments[vhost]))
      }
      return try MonitorCommand(program: program, arguments: words, wishes: wishes)
    } catch { throw Failure(error) }
  }

  private static func find(_ program: String) -> FilePath? {
    guard program.contains("/") else { return ProgramSearch.find(program) }
    return FilePath(Array(program.utf8)).flatMap { File.exists($0) ? $0 : nil }
  }
}
