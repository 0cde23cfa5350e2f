/// A JSON value, and its text (RFC 8259).
enum JSONText {
  case text(String)
  case bool(Bool)
  case number(Int)
  case null
  case array([JSONText])
  case object([(String, JSONText)])

  /// The text, two spaces a level.
  func rendered(depth: Int = 0) -> String {
    let indent = String(repeating: "  ", count: depth + 1)
    let end = "\n" + String(repeating: "  ", count: depth)
    switch self {
    case .text(let text): return Self.quoted(text)
    case .bool(let value): return value ? "true" : "false"
    case .number(let value): return String(value)
    case .null: return "null"
    case .array(let elements):
      if elements.isEmpty { return "[]" }
      let lines = elements.map { indent + $0.rendered(depth: depth + 1) }
      return "[\n" + lines.joined(separator: ",\n") + end + "]"
    case .object(let members):
      if members.isEmpty { return "{}" }
      let lines = members.map {
        "\(indent)\(Self.quoted($0.0)): \($0.1.rendered(depth: depth + 1))"
      }
      return "{\n" + lines.joined(separator: ",\n") + end + "}"
    }
  }

  /// The text on one line.
  var compact: String {
    switch self {
    case .array(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.0)):\($0.1.compact)" }.joined(separator: ",") + "}"
    default: rendered()
    }
  }

  /// The text, or null.
  static func optional(_ value: (some CustomStringConvertible)?) -> JSONText {
    value.map { .text($0.description) } ?? .null
  }

  /// An array of texts.
  static func texts(_ texts: [String]) -> JSONText { .array(texts.map { .text($0) }) }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
