import TestSupport

extension DifferentialCase {
  private static let extra = File(path: "/etc/qemu/extra.conf", contents: "allow br0\n")
  private static let includingExtra = "include /etc/qemu/extra.conf\n"

  /// Every list of two lines out of these, for either bridge: order, precedence, includes.
  static let pairs: [Self] = {
    let lines = [
      "allow all", "allow br0", "allow br1", "deny all", "deny br0", "deny br1", "# comment",
      "include /etc/qemu/extra.conf",
    ]
    return lines.flatMap { first in
      lines.flatMap { second in
        ["br0", "br1"].map { bridge in
          Self("\(first)\n\(second)\n", ["--use-vnet", "--br=\(bridge)"]).with {
            $0.files = [extra]
          }
        }
      }
    }
  }()

  /// One rule in every form of white space, line end and comment that both take.
  static let spellings: [Self] = [
    "", "\n", "\n\n\n", " \n\t\n", "#", "# allow br0", " # allow br0\n", "\t#\tallow br0\n",
    "#allow br0\n",
    "allow br0", "allow br0\n", "allow br0\r\n", "  allow br0\n", "\tallow br0\n",
    " \t allow br0\n",
    "allow  br0\n", "allow\tbr0\n", "allow   \t br0\n", "allow br0 \n", "allow br0\t\n",
    "allow br0  \r\n",
    "\r\nallow br0\r\n\r\n", "# x\r\nallow br0\r\n", "\n\n\nallow br0", "allow br0\n# x",
    "# x\n# y\nallow all",
    "allow br0\n\n\ndeny br1\n", "\u{c}allow br0\n", "allow br0\u{c}\n", "allow br\n",
    "allow br00\n",
    "allow BR0\n", "Allow br0\n", "ALLOW br0\n", "allow All\n", "allow ALL\n", "allow br#0\n",
    "allow *\n",
    "allow br*\n", "allow br?\n", "allow b[r]0\n", "allow \"br0\"\n", "allow 'br0'\n",
    "allow br0,br1\n",
    "allow -\n", "allow all.\n", "allow $br0\n", "allow br0;\n", "allow br\\0\n",
    "allow fifteen-bytes-xy\nallow br0\n", "allow br0\ndeny a-name-of-sixteen\n",
    "permit br0\n", "allow\n", "deny\n", "include\n", "br0\n", "allowbr0\n", "allow=br0\n",
    "allow:br0\n",
    "allow br0\ndeny\n", "allow br0\nnonsense\n", "allow br0\nnonsense br0\n",
    "nonsense br1\nallow br0\n",
    "deny br1\nallow\n", "\u{feff}allow br0\n", "; allow br0\n", "// x\nallow br0\n",
    "allow br0\n!\n",
    "include /nonexistent\nallow br0\n", "include /nonexistent\n",
    "allow br0\ninclude /nonexistent/x\n",
    "include /etc/passwd/x\nallow br0\n", "include /etc/qemu/bridge.conf.d\nallow br0\n",
    "\u{1b}[2J\n", "allow \u{e9}\nallow br0\n",
  ].map { Self($0) }

  /// Which of the words on the command line count, and what is not there.
  static let commandLines: [Self] =
    [
      ["--br=br1"], ["--br=br"], ["--br=br00"], ["--br=BR0"], ["--br="], [], ["--br=lo"],
      ["--br=all"],
      ["--br=missing"], ["--br=a-name-of-sixteen"], ["--br=br0 "], ["--br= br0"], ["--br=./br0"],
      ["--br=../br0"], ["--br=br0%d"], ["--br=*"], ["--br=br0\n"], ["br0"], ["-br=br0"],
      ["--br", "br0"],
      ["--br=br0", "x"], ["--br=br0", ""], ["--bridge=br0"], ["--br=br0", "--use-vnet=1"],
      ["--br=br0", "--fd="], ["--br=br0", "--fd=0"], ["--br=br0", "--fd=2"],
      ["--br=br0", "--fd=-1"],
      ["--br=br0", "--fd=x"], ["--br=br0", "--fd=99"], ["--br=br0", "--fd=0x3"], ["--use-vnet"],
      ["--br=br0", "--fd=2147483648"], ["--br=br0", "--unknown"], ["--br=br0", "--use-vnet"],
    ].flatMap { arguments in ["allow all\n", "allow br0\n"].map { Self($0, arguments) } }

  /// Who may read what decides.
  static let files: [Self] = {
    func list(_ mode: Int, _ group: UInt32, _ caller: Credentials, _ acl: String) -> Self {
      Self(acl).with {
        $0.caller = caller
        $0.files = [
          File(
            path: "/etc/qemu/extra.conf", contents: "allow br0\n", mode: mode,
            owner: Credentials(name: "root", user: 0, group: group))
        ]
      }
    }
    let byPermission = [0o600, 0o640, 0o644, 0o000, 0o400, 0o444, 0o604].flatMap { mode in
      [Credentials.build, .student, .stranger].flatMap { caller in
        [includingExtra, includingExtra + "allow br1\n", "deny br1\n" + includingExtra].map {
          list(mode, 2000, caller, $0)
        }
      }
    }
    let nested = [
      File(path: "/etc/qemu/extra.conf", contents: "include /etc/qemu/more.conf\n"),
      File(path: "/etc/qemu/more.conf", contents: "allow br0\ninclude /nonexistent\n"),
    ]
    return byPermission + [
      Self(nil), Self("allow br0\n").with { $0.mode = 0o600 },
      Self("allow br0\n").with { $0.mode = 0o400 },
      Self(includingExtra).with { $0.files = nested },
      Self(includingExtra + "deny br0\n").with { $0.files = nested },
      Self("allow all\n" + includingExtra).with {
        $0.files = [File(path: "/etc/qemu/extra.conf", contents: "deny br0")]
      },
      Self("allow all\n" + includingExtra).with {
        $0.files = [File(path: "/etc/qemu/extra.conf", contents: "")]
      },
      Self("include /etc/qemu/a name\n").with {
        $0.files = [File(path: "/etc/qemu/a name", contents: "allow br0\n")]
      },
      Self(includingExtra + includingExtra).with { $0.files = [extra] },
    ]
  }()

  /// Every intended difference.
  static let different: [Self] = {
    let longComment = "#" + String(repeating: "x", count: 4094)
    let spaces = String(repeating: " ", count: 4200)
    return [
      stricter(.colonInTheBridge, "allow all\ndeny br0\n", ["--br=br0:1"]),
      stricter(.colonInTheBridge, "allow br0:1\n", ["--br=br0:1"]),
      stricter(.colonInTheBridge, "allow all\n", ["--br=br0:"]),

      stricter(.alternativeNames, "allow all\ndeny br0\n", ["--br=other"]),
      stricter(.alternativeNames, "allow all\ndeny other\n", ["--br=br0"]),
      stricter(.alternativeNames, "allow other\ndeny br0\n", ["--br=other"]),
      kinder(.alternativeNames, "allow br0\n", ["--br=other"]),
      kinder(.alternativeNames, "allow other\n", ["--br=br0"]),

      kinder(.trailingComments, "allow br0 # mine\n"),
      kinder(.trailingComments, "allow all # everybody\n"),
      kinder(.trailingComments, "include /etc/qemu/extra.conf # more\n", files: [extra]),
      stricter(.trailingComments, "allow all\ndeny br0 # not us\n"),
      stricter(.trailingComments, "allow br0\ndeny all # nobody\n"),
      stricter(.trailingComments, "allow br0\nallow #br1\n"),

      kinder(.moreWordsOnALine, "allow br0 user=build\n"),
      kinder(.moreWordsOnALine, "allow br0 taps=4 queues=2\n"),
      stricter(.moreWordsOnALine, "allow all\ndeny br0 user=build\n"),
      stricter(.moreWordsOnALine, "allow br0\nallow br1 br2\n"),
      stricter(.moreWordsOnALine, "allow br0\nallow br1\rallow br2\n"),

      stricter(.namesThatNoInterfaceHas, "allow br0\nallow a/b\n"),
      stricter(.namesThatNoInterfaceHas, "allow br0\ndeny br%d\n"),
      stricter(.namesThatNoInterfaceHas, "allow br0\nallow br1:1\n"),
      stricter(.namesThatNoInterfaceHas, "allow br0\nallow ..\n"),

      stricter(.emptyNames, "allow br0\nallow \n"),
      stricter(.emptyNames, "allow br0\ndeny \t\n"),
      stricter(.emptyNames, "include \nallow br0\n"),

      kinder(.mixedWhiteSpace, "allow\t br0\n"),
      kinder(.mixedWhiteSpace, "allow\tbr0 \n"),
      kinder(.mixedWhiteSpace, "allow\u{b}br0\n"),
      kinder(.mixedWhiteSpace, "allow\u{c}br0\n"),
      kinder(.mixedWhiteSpace, "allow\rbr0\n"),

      stricter(.longLines, longComment + "allow br0\n"),
      kinder(.longLines, "allow\(spaces)br0\n"),
      kinder(.longLines, "#" + String(repeating: "x", count: 5000) + "\nallow br0\n"),

      stricter(.nulBytes, "allow br0\0\n"),
      stricter(.nulBytes, "allow br0\0 user=nobody\n"),
      stricter(.nulBytes, "allow br0\n\0deny br0\n"),

      kinder(
        .relativeIncludes, "include beside.conf\n",
        files: [
          File(path: "/etc/qemu/beside.conf", contents: "allow br0\n"),
          File(path: "/etc/tapster/beside.conf", contents: "allow br0\n"),
        ]),
      stricter(
        .relativeIncludes, "include working.conf\n",
        files: [File(path: "/working.conf", contents: "allow br0\n")]),

      stricter(
        .brokenIncludes, "allow br0\n" + includingExtra,
        files: [File(path: extra.path, contents: "nonsense\ndeny br0\n")]),
      stricter(
        .brokenIncludes, includingExtra,
        files: [File(path: extra.path, contents: "allow br0\nallow\n")]),
      stricter(.brokenIncludes, "allow br0\ninclude /etc\n"),
      stricter(.brokenIncludes, "allow br0\ninclude /dev/null\n"),

      crashing(
        .includeCycles, "allow br0\ninclude /etc/qemu/bridge.conf\ninclude /etc/tapster/acl.conf\n"),
      crashing(
        .includeCycles, "allow br0\n" + includingExtra,
        files: [File(path: extra.path, contents: "include ../qemu/extra.conf\n" + includingExtra)]),

      stricter(
        .deepIncludes, "include /etc/qemu/deep1\n",
        files: (1...17).map {
          File(
            path: "/etc/qemu/deep\($0)",
            contents: $0 == 17 ? "allow br0\n" : "include /etc/qemu/deep\($0 + 1)\n")
        }),

      stricter(.fileOwners, "allow br0\n").with { $0.owner = .build },
      stricter(.fileOwners, "allow br0\n").with { $0.owner = .student },
      stricter(
        .fileOwners, includingExtra,
        files: [File(path: extra.path, contents: "allow br0\n", owner: .build)]),

      stricter(.fileModes, "allow br0\n").with { $0.mode = 0o664 },
      stricter(.fileModes, "allow br0\n").with { $0.mode = 0o646 },
      stricter(
        .fileModes, includingExtra,
        files: [File(path: extra.path, contents: "allow br0\n", mode: 0o666)]),

      stricter(.repeatedOptions, "allow br0\n", ["--br=br1", "--br=br0"]),
      stricter(.repeatedOptions, "allow br0\n", ["--br=br0", "--br=br0"]),
      stricter(.repeatedOptions, "allow br0\n", ["--use-vnet", "--br=br0", "--use-vnet"]),
      stricter(.repeatedOptions, "allow br0\n", ["--br=br0", "--fd=9", "--fd=3"]),

      stricter(.numbersThatAreNotPlain, "allow br0\n", ["--br=br0", "--fd=+3"]),
      stricter(.numbersThatAreNotPlain, "allow br0\n", ["--br=br0", "--fd=03"]),
      stricter(.numbersThatAreNotPlain, "allow br0\n", ["--br=br0", "--fd= 3"]),
      stricter(.numbersThatAreNotPlain, "allow br0\n", ["--br=br0", "--fd=3x"]),
      stricter(.numbersThatAreNotPlain, "allow br0\n", ["--br=br0", "--fd=4294967299"]),
    ]
  }()
}
