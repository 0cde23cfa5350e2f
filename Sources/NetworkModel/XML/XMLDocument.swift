internal import CLibXML2

/// Reads XML of a stranger with libxml2: no document type, no entities but the five of XML itself,
/// nothing fetched, bounded in size and depth.
enum XMLDocument {
  /// The largest document, in bytes.
  static let maximumSize = 4 << 20
  /// The deepest nesting. libxml2's own bound without XML_PARSE_HUGE is 256.
  static let maximumDepth = 64

  /// The root element of the document in `bytes`, which is UTF-8 whatever it says itself.
  static func parse(_ bytes: [UInt8], source: String) throws(NetworkXMLError) -> XMLElement {
    func refused(_ line: Int, _ problem: NetworkXMLError.Problem) -> NetworkXMLError {
      NetworkXMLError(source: source, line: line, element: "", problem: problem)
    }
    guard bytes.count <= maximumSize else { throw refused(1, .tooLarge(maximumSize)) }
    guard String(validating: bytes, as: UTF8.self) != nil else { throw refused(1, .notUTF8) }
    // Before libxml2 sees it, since it would read the declarations of entities.
    if let position = bytes.firstPosition(of: Array("<!DOCTYPE".utf8)) {
      let line = bytes[..<position].count { $0 == UInt8(ascii: "\n") } + 1
      throw refused(line, .documentType)
    }

    let options =
      XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
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
    var attributes: [XMLElement.Attribute] = []
    var attribute = unsafe node.pointee.properties
    while let current = unsafe attribute {
      var name = unsafe text(current.pointee.name)
      if let namespace = unsafe current.pointee.ns {
        name = unsafe "\(text(namespace.pointee.prefix)):\(name)"
      }
      var value = ""
      var part = unsafe current.pointee.children
      while let piece = unsafe part {
        if unsafe piece.pointee.type == XML_TEXT_NODE {
          unsafe value += text(piece.pointee.content)
        }
        unsafe part = piece.pointee.next
      }
      attributes.append(XMLElement.Attribute(name: name, value: value))
      unsafe attribute = current.pointee.next
    }
    var children: [XMLElement] = []
    var words = ""
    var child = unsafe node.pointee.children
    while let current = unsafe child {
      switch unsafe current.pointee.type {
      case XML_ELEMENT_NODE:
        unsafe children.append(try element(current, depth: depth + 1, refused))
      case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: unsafe words += text(current.pointee.content)
      case XML_ENTITY_REF_NODE: throw refused(line, .documentType)
      default: break
      }
      unsafe child = current.pointee.next
    }
    return unsafe XMLElement(
      name: text(node.pointee.name),
      namespace: node.pointee.ns.flatMap { unsafe $0.pointee.href.map { unsafe text($0) } },
      attributes: attributes, children: children, text: words, line: line)
  }

  private static func text(_ characters: UnsafePointer<xmlChar>?) -> String {
    // SAFETY: libxml2's strings are NUL-terminated.
    guard let characters = unsafe characters else { return "" }
    return unsafe String(decodingCString: characters, as: UTF8.self)
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
