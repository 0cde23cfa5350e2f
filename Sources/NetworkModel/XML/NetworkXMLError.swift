internal import LinuxTypes

/// Why a definition is refused, and where.
public struct NetworkXMLError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    /// libxml2's own words.
    case malformed(String)
    case notUTF8
    /// A document type declaration or an entity, which no definition needs.
    case documentType
    /// More bytes than that.
    case tooLarge(Int)
    /// Elements nested deeper than that.
    case tooDeep(Int)
    /// More than so many of what the words say.
    case tooMany(Int, String)
    /// The root is not `network`.
    case notANetwork
    /// An element that this place does not have, and those that it has.
    case unexpectedElement(String, allowed: [String])
    /// An attribute that this element does not have, and those that it has.
    case unexpectedAttribute(String, allowed: [String])
    /// Text where only elements can be.
    case unexpectedText(String)
    /// An element that stands here twice.
    case repeated(String)
    /// An element or attribute that has to be there.
    case missing(String)
    /// A value that is not what it should be, and what it should be.
    case badValue(String, of: String, allowed: String)
    /// Things that are right by themselves and not together, in words.
    case contradiction(String)
  }

  /// The file, as the caller calls it.
  public let source: String
  /// The line in it, from 1.
  public let line: Int
  /// The element that the problem is in, or empty.
  public let element: String
  /// What is wrong.
  public let problem: Problem
}

extension NetworkXMLError: CustomStringConvertible {
  /// `lan.xml:12: in <ip>: address 'x' is not an IPv4 address`
  ///
  /// One line, whatever the file says, and no escape sequence of its reaches a terminal.
  public var description: String {
    PrintableText.line(
      "\(source):\(line): \(element.isEmpty ? "" : "in <\(element)>: ")\(problem)")
  }
}

extension NetworkXMLError.Problem: CustomStringConvertible {
  /// The problem in words, and what is allowed instead.
  public var description: String {
    switch self {
    case .malformed(let words): "not well-formed XML: \(words)"
    case .notUTF8: "the file is not UTF-8"
    case .documentType: "a document type declaration or entity is not allowed"
    case .tooLarge(let size): "larger than \(size) bytes"
    case .tooDeep(let depth): "elements nested deeper than \(depth)"
    case .tooMany(let count, let what): "more than \(count) \(what)"
    case .notANetwork: "the outermost element has to be <network>"
    case .unexpectedElement(let name, let allowed):
      "element <\(name)> is not known here; allowed: "
        + (allowed.isEmpty ? "none" : allowed.map { "<\($0)>" }.joined(separator: ", "))
    case .unexpectedAttribute(let name, let allowed):
      "attribute '\(name)' is not known here; allowed: "
        + (allowed.isEmpty ? "none" : allowed.joined(separator: ", "))
    case .unexpectedText(let text): "text '\(text)' is not allowed here, only elements are"
    case .repeated(let name): "element <\(name)> may stand here only once"
    case .missing(let name): "\(name) is missing"
    case .badValue(let value, let place, let allowed):
      "\(place) '\(value)' is not \(allowed)"
    case .contradiction(let words): words
    }
  }
}
