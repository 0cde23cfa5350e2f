/// A look over a document before libxml2 reads it: how much there is in it.
///
/// libxml2 compares each attribute of an element with every other, and each new name with many
/// others, so a small document of a great many could keep it busy for minutes.
struct XMLSurvey {
  /// The most elements and attributes of a document: those of 40,000 DHCP hosts with leases.
  static let maximumNodes = 300_000
  /// The most attributes of one element.
  static let maximumAttributes = 256

  /// How many elements and attributes there are, or in one element as many attributes as are too
  /// many.
  private(set) var nodes = 0
  /// The most attributes in an element.
  private(set) var attributes = 0

  /// Counts start tags and quoted values in them. What is not well-formed is counted somehow:
  /// libxml2 reads it no further than to where it is not.
  init(_ bytes: [UInt8]) {
    var position = 0
    while let start = Self.find("<", in: bytes, from: position) {
      if Self.stands("<!--", in: bytes, at: start) {
        position = Self.find("-->", in: bytes, from: start + 4) ?? bytes.count
      } else if Self.stands("<![CDATA[", in: bytes, at: start) {
        position = Self.find("]]>", in: bytes, from: start + 9) ?? bytes.count
      } else if Self.stands("<?", in: bytes, at: start) {
        position = Self.find("?>", in: bytes, from: start + 2) ?? bytes.count
      } else {
        position = countTag(bytes, from: start + 1)
      }
    }
  }

  /// Counts what is in a tag and returns where it ends.
  private mutating func countTag(_ bytes: [UInt8], from start: Int) -> Int {
    nodes += 1
    var values = 0
    var quote: UInt8?
    var position = start
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if let mark = quote {
        if byte == mark { quote = nil }
      } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        quote = byte
        values += 1
      } else if byte == UInt8(ascii: ">") {
        break
      }
    }
    nodes += values
    attributes = max(attributes, values)
    return position
  }

  private static func stands(_ text: StaticString, in bytes: [UInt8], at position: Int) -> Bool {
    guard position + text.utf8CodeUnitCount <= bytes.count else { return false }
    // SAFETY: the buffer is the literal's own, which lives for ever.
    return text.withUTF8Buffer { text in
      for offset in 0..<text.count where unsafe bytes[position + offset] != text[offset] {
        return false
      }
      return true
    }
  }

  private static func find(_ text: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
    var position = start
    while position < bytes.count {
      if stands(text, in: bytes, at: position) { return position }
      position += 1
    }
    return nil
  }
}
