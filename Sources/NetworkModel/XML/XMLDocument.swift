internal import CLibXML2

/// Reads XML of a stranger with libxml2: no document type, no entities but the five of XML itself,
/// nothing fetched, bounded in size and depth.
enum XMLDocument {
  /// The largest document, in bytes: 40,000 DHCP hosts.
  static let maximumSize = 4 << 20
  /// The deepest nesting. libxml2's own bound without XML_PARSE_HUGE is 256.
  static let maximumDepth = 64

  /// libxml2 is to be told before the first of several threads uses it.
  private static let isReady: Bool = {
    xmlInitParser()
    return true
  }()

  /// The root element of the document in `bytes`, which is UTF-8 whatever it says itself.
  static func parse(_ bytes: [UInt8], source: String) throws(NetworkXMLError) -> XMLElement {
    func refused(_ line: Int, _ problem: NetworkXMLError.Problem) -> NetworkXMLError {
      NetworkXMLError(source: source, line: line, element: "", problem: problem)
    }
    guard bytes.count <= maximumSize else { throw refused(1, .tooLarge(maximumSize)) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw refused(1, .notUTF8) }
    // libxml2 would take it for the end.
    if let position = bytes.firstIndex(of: 0) {
      let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
      throw refused(line, .malformed("a NUL byte"))
    }
    // Before libxml2 sees it, since it would read the declarations of entities.
    if let position = bytes.firstPosition(of: Array("<!DOCTYPE".utf8)) {
      let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
      throw refused(line, .documentType)
    }
    let survey = XMLSurvey(bytes)
    guard survey.nodes <= XMLSurvey.maximumNodes else {
      throw refused(1, .tooMany(XMLSurvey.maximumNodes, "elements and attributes"))
    }
    guard survey.attributes <= XMLSurvey.maximumAttributes else {
      throw refused(1, .tooMany(XMLSurvey.maximumAttributes, "attributes in an element"))
    }

    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    _ = Self.isReady
    // SAFETY: the context is ours alone and freed at the end; nil is checked for.
    guard let context = unsafe xmlNewParserCtxt() else { throw refused(1, .malformed("no memory")) }
    defer { unsafe xmlFreeParserCtxt(context) }
    let document = unsafe bytes.withUnsafeBufferPointer { buffer in
      // SAFETY: pointer and size are of one buffer, which libxml2 copies.
      unsafe buffer.withMemoryRebound(to: CChar.self) {
        unsafe xmlCtxtReadMemory(
          context, $0.baseAddress, Int32($0.count), nil, "UTF-8", Int32(options))
      }
    }
    guard let document = unsafe document else {
      let error = unsafe context.pointee.lastError
      // SAFETY: the message is NULL or NUL-terminated, and copied before the context goes.
      let message = unsafe error.message.map { unsafe String(cString: $0) } ?? "not XML"
      throw unsafe refused(
        Int(error.line), .malformed(message.split(separator: "\n").joined(separator: " ")))
    }
    defer { unsafe xmlFreeDoc(document) }
    guard unsafe document.pointee.intSubset == nil, let root = unsafe xmlDocGetRootElement(document)
    else { throw refused(1, .documentType) }
    return unsafe try element(root, depth: 1, refused)
  }

  private static func element(
    _ node: xmlNodePtr, depth: Int, _ refused: (Int, NetworkXMLError.Problem) -> NetworkXMLError
  ) throws(NetworkXMLError) -> XMLElement {
    // SAFETY: the nodes belong to a document that lives during the call, and libxml2 ends each list
    // with NULL. Each node's type says which members it has; strings are NUL-terminated.
    let line = unsafe Int(xmlGetLineNo(node))
    guard depth <= maximumDepth else { throw refused(line, .tooDeep(maximumDepth)) }
    var declarations: [XMLElement.Declaration] = []
    var declaration = unsafe node.pointee.nsDef
    while let current = unsafe declaration {
      unsafe declarations.append(
        XMLElement.Declaration(
          prefix: current.pointee.prefix.map { unsafe text($0) },
          namespace: text(current.pointee.href)))
      unsafe declaration = current.pointee.next
    }
    var attributes: [XMLElement.Attribute] = []
    var attribute = unsafe node.pointee.properties
    while let current = unsafe attribute {
      var value = ""
      var part = unsafe current.pointee.children
      while let piece = unsafe part {
        if unsafe piece.pointee.type == XML_TEXT_NODE {
          unsafe value += text(piece.pointee.content)
        }
        unsafe part = piece.pointee.next
      }
      unsafe attributes.append(
        XMLElement.Attribute(
          name: name(current.pointee.name, current.pointee.ns), value: value))
      unsafe attribute = current.pointee.next
    }
    var content: [XMLElement.Node] = []
    var child = unsafe node.pointee.children
    while let current = unsafe child {
      switch unsafe current.pointee.type {
      case XML_ELEMENT_NODE:
        unsafe content.append(.element(try element(current, depth: depth + 1, refused)))
      case XML_TEXT_NODE:
        let words = unsafe text(current.pointee.content)
        if case .text(let before) = content.last {
          content[content.count - 1] = .text(before + words)
        } else {
          content.append(.text(words))
        }
      case XML_CDATA_SECTION_NODE: unsafe content.append(.literal(text(current.pointee.content)))
      case XML_COMMENT_NODE: unsafe content.append(.comment(text(current.pointee.content)))
      case XML_PI_NODE:
        unsafe content.append(
          .instruction(target: text(current.pointee.name), text(current.pointee.content)))
      default: throw refused(line, .documentType)
      }
      unsafe child = current.pointee.next
    }
    return unsafe XMLElement(
      name: name(node.pointee.name, node.pointee.ns), declarations: declarations,
      attributes: attributes, content: withoutLayout(content), line: line)
  }

  /// White space is layout where there is nothing else but elements.
  private static func withoutLayout(_ content: [XMLElement.Node]) -> [XMLElement.Node] {
    var isLaidOut = false
    for node in content {
      switch node {
      case .text(let text): if !text.utf8.allSatisfy(isSpace) { return content }
      case .literal: return content
      case .element, .comment, .instruction: isLaidOut = true
      }
    }
    guard isLaidOut else { return content }
    return content.filter { if case .text = $0 { false } else { true } }
  }

  private static func name(
    _ local: UnsafePointer<xmlChar>?, _ namespace: UnsafePointer<xmlNs>?
  ) -> XMLElement.Name {
    // SAFETY: what libxml2 made of a name and its namespace, NULL where there is none.
    guard let namespace = unsafe namespace?.pointee else {
      return unsafe XMLElement.Name(prefix: nil, local: text(local), namespace: nil)
    }
    return unsafe XMLElement.Name(
      prefix: namespace.prefix.map { unsafe text($0) }, local: text(local),
      namespace: namespace.href.map { unsafe text($0) })
  }

  private static func text(_ characters: UnsafePointer<xmlChar>?) -> String {
    // SAFETY: libxml2's strings are NUL-terminated.
    guard let characters = unsafe characters else { return "" }
    return unsafe String(decodingCString: characters, as: UTF8.self)
  }

  /// White space of XML (production S).
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
  }
}

extension [UInt8] {
  /// Where `pattern` first begins.
  fileprivate func firstPosition(of pattern: [UInt8]) -> Int? {
    guard let first = pattern.first, count >= pattern.count else { return nil }
    for start in 0...(count - pattern.count) where self[start] == first {
      if self[start..<(start + pattern.count)].elementsEqual(pattern) { return start }
    }
    return nil
  }
}
