internal import CLibXML2

extension Network {
  /// The nodes of the network's XML that an XPath expression selects (XPath 1.0), in the document's
  /// order, each laid out on its own; if `wrapped`, all in one element `nodes`.
  ///
  /// Nil if the expression is none, or selects no nodes but a number or the like.
  public func selection(_ expression: String, from xml: String, wrapped: Bool) -> [String]? {
    XMLSelection.run(expression, Array(xml.utf8), wrapped: wrapped)
  }
}

/// XPath by libxml2, on XML of our own writing.
private enum XMLSelection {
  static func run(_ expression: String, _ xml: [UInt8], wrapped: Bool) -> [String]? {
    // SAFETY: all that libxml2 makes is freed once, when what uses it is done: the object before
    // its context, the context before the document. Bytes and texts outlive the calls that are
    // given them; what is returned is copied.
    xmlInitParser()
    guard let parser = unsafe xmlNewParserCtxt() else { return nil }
    defer { unsafe xmlFreeParserCtxt(parser) }
    let options = Int32(XML_PARSE_NOBLANKS.rawValue | XML_PARSE_NONET.rawValue)
    let parsed = unsafe xml.withUnsafeBytes { bytes in
      unsafe xmlCtxtReadMemory(
        parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), nil,
        nil, options)
    }
    guard let document = unsafe parsed else { return nil }
    defer { unsafe xmlFreeDoc(document) }
    guard let context = unsafe xmlXPathNewContext(document) else { return nil }
    defer { unsafe xmlXPathFreeContext(context) }
    // What is wrong is told by us.
    unsafe context.pointee.error = { _, _ in }
    let characters = Array(expression.utf8) + [0]
    guard let object = unsafe xmlXPathEval(characters, context) else { return nil }
    defer { unsafe xmlXPathFreeObject(object) }
    guard unsafe object.pointee.type == XPATH_NODESET else { return nil }
    var nodes: [xmlNodePtr] = unsafe []
    if let set = unsafe object.pointee.nodesetval {
      for position in unsafe 0..<Int(set.pointee.nodeNr) {
        if let node = unsafe set.pointee.nodeTab[position] { unsafe nodes.append(node) }
      }
    }
    guard wrapped else { return unsafe nodes.map { unsafe text(of: $0, document) } }
    guard let root = unsafe xmlNewNode(nil, Array("nodes".utf8) + [0]) else { return nil }
    defer { unsafe xmlFreeNode(root) }
    for position in unsafe 0..<nodes.count {
      if let copy = unsafe xmlCopyNode(nodes[position], 1) { unsafe xmlAddChild(root, copy) }
    }
    return unsafe [text(of: root, document)]
  }

  private static func text(of node: xmlNodePtr, _ document: xmlDocPtr) -> String {
    guard let buffer = unsafe xmlBufferCreate() else { return "" }
    defer { unsafe xmlBufferFree(buffer) }
    unsafe xmlNodeDump(buffer, document, node, 0, 1)
    guard let characters = unsafe xmlBufferContent(buffer) else { return "" }
    return unsafe String(decodingCString: characters, as: UTF8.self)
  }
}
