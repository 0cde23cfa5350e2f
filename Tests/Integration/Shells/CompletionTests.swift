import TestSupport
import Testing

/// What the shells offer when somebody presses the tabulator key behind a command of ours, by the
/// scripts that are installed.
@Suite(
  .enabled("root, tapster and the three shells are needed") {
    Privilege.isRoot && Binaries.exists(Binaries.tapster)
      && ["bash", "zsh", "fish"].allSatisfy { Binaries.exists("/usr/bin/\($0)") }
  })
struct CompletionTests {
  enum Shell: String, CaseIterable {
    case bash, zsh, fish
  }

  private let testbed: Testbed

  init() throws {
    testbed = try Testbed()
    for name in ["default", "den", "lab one", "$(touch gone)"] {
      try testbed.write("/etc/tapster/networks/\(name).xml", "")
    }
    try testbed.write("\(Testbed.scratch)/lab.xml", "")
    for shell in Shell.allCases {
      try testbed.write(
        "\(Testbed.scratch)/\(shell)/_tapster",
        try testbed.output([Testbed.tapster, "--generate-completion-script", shell.rawValue]))
    }
  }

  /// What may stand for the last of `words`; an empty one is a word that is about to begin.
  private func offers(_ shell: Shell, _ words: [String]) throws -> [String] {
    let run: [String]
    switch shell {
    case .bash: run = ["bash", "--norc", "-c", Self.bash, "bash"]
    case .zsh: run = ["zsh", "-f", "-c", Self.zsh, "zsh"]
    case .fish: run = ["fish", "--no-config", "-c", Self.fish]
    }
    let said = try testbed.run(
      ["sh", "-c", "cd \(Testbed.scratch) && exec \"$@\"", "sh"] + run
        + ["tapster \(words.joined(separator: " "))"],
      environment: [
        "PATH": "\(Testbed.directory)/bin:/usr/bin:/bin", "HOME": Testbed.scratch, "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
      ])
    #expect(!testbed.exists("\(Testbed.scratch)/gone"), "a name was run")
    return said.output.split(separator: "\n").map { String($0) }.sorted()
  }

  /// Bash splits the line by itself, and calls the function that is registered for the command.
  private static let bash = """
    . bash/_tapster
    COMP_LINE=$1
    COMP_WORDS=()
    for word in $1; do
      while [[ $word == *=* && $word != '=' ]]; do
        COMP_WORDS+=("${word%%=*}" =)
        word=${word#*=}
      done
      [[ -z $word ]] || COMP_WORDS+=("$word")
    done
    [[ $1 != *' ' ]] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _tapster tapster
    printf '%s\\n' "${COMPREPLY[@]}"
    """
  /// In a terminal of zsh's own. What our function hands to zsh is shown: the candidates, or that
  /// files are wanted.
  private static let zsh = """
    zmodload zsh/zpty
    zpty shell zsh -f
    read_to() { local text; zpty -r -m shell text "*$1*"; print -r -- $text; }
    zpty -w shell 'PS1= PS2=; unsetopt zle_bracketed_paste 2>/dev/null; fpath=($PWD/zsh $fpath)'
    zpty -w shell 'autoload -Uz compinit && compinit -D -u'
    zpty -w shell 'compadd() { print -rl -- BEGIN ${(M)candidates:#$PREFIX*} END; }'
    zpty -w shell '_files() { print -rl -- BEGIN $PREFIX*(N) END; }'
    zpty -w shell "print READY''NOW"
    read_to READYNOW >/dev/null
    zpty -w -n shell "$1"$'\\t'
    read_to END | tr -d '\\r' | sed -n '/BEGIN/,/END/p' | sed '1d;/END/d'
    zpty -d shell
    """
  private static let fish = """
    source fish/_tapster
    complete -C "$argv[1]"
    """

  @Test(arguments: Shell.allCases)
  func networksAreCompletedLive(shell: Shell) throws {
    #expect(try offers(shell, ["net-start", "de"]) == ["default", "den"])
    #expect(try offers(shell, ["net-info", "--network", "def"]) == ["default"])
    try testbed.output(["rm", "/etc/tapster/networks/den.xml"])
    #expect(try offers(shell, ["net-start", "de"]) == ["default"])
  }

  @Test(arguments: Shell.allCases)
  func commandsOptionsAndWordsAreCompleted(shell: Shell) throws {
    #expect(try offers(shell, ["net-st"]) == ["net-start"])
    #expect(try offers(shell, ["net-list", "--in"]) == ["--inactive"])
    #expect(try offers(shell, ["net-update", "default", "del"]) == ["delete"])
  }

  @Test(arguments: Shell.allCases)
  func filesAreCompleted(shell: Shell) throws {
    #expect(try offers(shell, ["net-define", "la"]).contains { $0.hasPrefix("lab.xml") })
  }

  @Test(arguments: Shell.allCases)
  func bridgesAndUsersAreCompleted(shell: Shell) throws {
    try testbed.ip(["link add br-den type bridge", "link add port0 type veth peer name port1"])
    #expect(try offers(shell, ["acl-check", "br"]) == ["br-den"])
    #expect(try offers(shell, ["acl-check", "--user", "stud"]) == ["student"])
  }

  @Test func valuesBehindAnEqualsSignAreCompleted() throws {
    #expect(try offers(.bash, ["net-info", "--network=de"]) == ["default", "den"])
    #expect(try offers(.bash, ["net-info", "--network="]).contains("default"))
    #expect(
      try offers(.fish, ["net-info", "--network=de"]) == ["--network=default", "--network=den"])
  }

  /// Names are quoted for the shell that they are put into, and never run.
  @Test func namesAreQuoted() throws {
    #expect(try offers(.bash, ["net-start", "lab"]) == ["lab\\ one"])
    #expect(try offers(.bash, ["net-start", "$"]) == ["\\$\\(touch\\ gone\\)"])
  }
}
