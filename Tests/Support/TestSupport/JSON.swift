internal import Foundation

/// A JSON value, as `ip -j`, `bridge -j` and `nft -j` print them. What is missing reads as `null`.
public enum JSON: Equatable, Sendable, Decodable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  /// Parses a text. Throws if it is not JSON.
  public init(parsing text: String) throws {
    self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
  }

  /// Reads one value of any kind.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// The member of an object.
  public subscript(key: String) -> JSON {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }
  /// The element of an array.
  public subscript(index: Int) -> JSON {
    array.indices.contains(index) ? array[index] : .null
  }
  /// The elements, or none.
  public var array: [JSON] { if case .array(let elements) = self { elements } else { [] } }
  /// The members, or none.
  public var members: [String: JSON] {
    if case .object(let members) = self { members } else { [:] }
  }
  /// The text, or nil.
  public var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The number if it is whole, or nil.
  public var integer: Int? {
    if case .number(let number) = self { Int(exactly: number) } else { nil }
  }
  /// The truth value, or nil.
  public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
