/// What is wrong with a line of an access control list, and where.
public struct ACLSyntaxError: Error, Equatable, Sendable {
  /// The line, 1 for the first.
  public let line: Int
  /// The byte in the line, 1 for the first.
  public let column: Int
  /// What is wrong.
  public let problem: Problem

  /// An error of its parts.
  public init(line: Int, column: Int, problem: Problem) {
    self.line = line
    self.column = column
    self.problem = problem
  }

  /// What can be wrong with a line.
  public enum Problem: Equatable, Sendable {
    case unknownVerb
    case missingBridge
    case missingPath
    case badPath
    case badBridge
    case unknownKey
    case valueMissing
    case valueNotTaken
    case repeatedKey
    case keyNotForDeny
    case badNumber(maximum: UInt32)
    case emptyListItem
    case badName
    case badAddress
  }
}

extension ACLSyntaxError.Problem: CustomStringConvertible {
  /// What is wrong, in words, and what is allowed instead.
  public var description: String {
    switch self {
    case .unknownVerb: "a line starts with allow, deny or include"
    case .missingBridge: "the name of a bridge, or all, is missing"
    case .missingPath: "the path of the file to include is missing"
    case .badPath: "a path has at most 4095 bytes and no NUL"
    case .badBridge:
      "not an interface name: 1 to 15 bytes without '/', ':', '%', white space or control bytes"
    case .unknownKey:
      "unknown key; an allow takes user=, group=, taps=, queues=, mac=, vhost, persist, isolated"
    case .valueMissing: "the key needs a value: key=value"
    case .valueNotTaken: "the key takes no value"
    case .repeatedKey: "the key is given twice"
    case .keyNotForDeny: "a deny takes user= and group= only"
    case .badNumber(let maximum): "not a plain decimal number from 1 to \(maximum)"
    case .emptyListItem: "an empty item in a list"
    case .badName: "not a name or number of a user or group"
    case .badAddress: "not an address of a single station, as in 52:54:00:12:34:56"
    }
  }
}
