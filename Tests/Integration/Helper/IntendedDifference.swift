/// Where our decision is meant to be another than that of QEMU's helper, and why.
///
/// The whole list: any other difference fails ``DifferentialTests``.
enum IntendedDifference: String, CaseIterable, Sendable {
  case colonInTheBridge
  case alternativeNames
  case trailingComments
  case moreWordsOnALine
  case namesThatNoInterfaceHas
  case emptyNames
  case mixedWhiteSpace
  case longLines
  case nulBytes
  case relativeIncludes
  case brokenIncludes
  case includeCycles
  case deepIncludes
  case fileOwners
  case fileModes
  case repeatedOptions
  case numbersThatAreNotPlain

  var reason: String {
    switch self {
    case .colonInTheBridge:
      "the kernel cuts an interface's name at the colon, so `deny br0` does not stop `--br=br0:1`"
    case .alternativeNames:
      "the kernel takes any of a bridge's names, so a rule for one of them is a rule for the bridge"
    case .trailingComments:
      "QEMU takes a comment behind a rule as part of the name, so the rule is for no bridge"
    case .moreWordsOnALine:
      "QEMU takes them as part of the name; for us they are keys, or an error that is not passed over"
    case .namesThatNoInterfaceHas:
      "a rule for what no interface can be called is a mistake; we say so"
    case .emptyNames:
      "QEMU passes over a verb with a space and nothing behind it; it is half a rule"
    case .mixedWhiteSpace:
      "QEMU splits at the first space if there is one, else at the first tab; we at any white space"
    case .longLines: "QEMU reads 4095 bytes as one line, and what follows as the next"
    case .nulBytes:
      "QEMU ends a line at a NUL, so that text behind it is hidden from the program only"
    case .relativeIncludes:
      "QEMU resolves them by the caller's working directory, so the caller chooses the file"
    case .brokenIncludes: "QEMU goes by what it understood of a broken include: half a list"
    case .includeCycles: "QEMU goes round until its stack is full, and crashes"
    case .deepIncludes: "more than sixteen deep is a mistake"
    case .fileOwners: "a list that somebody else than root owns is that one's list"
    case .fileModes: "a list that others may write to is theirs"
    case .repeatedOptions: "QEMU lets the last one count; a caller that says two things is mistaken"
    case .numbersThatAreNotPlain: "QEMU's atoi skips, stops and wraps"
    }
  }
}
