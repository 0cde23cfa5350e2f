/// The map in the dot language of Graphviz (`man 1 dot`).
public enum MapDot {
  /// The whole text of a graph.
  public static func text(of map: HostMap) -> String {
    var graph = Graph()
    graph.draw(map)
    return "graph tapster {\n" + graph.lines.map { "  \($0)\n" }.joined() + "}\n"
  }

  private struct Graph {
    var lines = [
      "rankdir=LR;", "charset=\"UTF-8\";",
      "node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];",
      "graph [fontname=\"sans-serif\", fontsize=12];",
      "edge [fontname=\"sans-serif\", fontsize=10];",
    ]
    private var count = 0

    mutating func draw(_ map: HostMap) {
      lines.append("outside [shape=ellipse, label=\"outside\"];")
      lines.append("host [shape=box3d, label=\"this host\"];")
      for uplink in map.uplinks {
        let node = node([uplink.interface] + uplink.families + uplink.addresses)
        lines += ["outside -- \(node);", "\(node) -- host;"]
      }
      for segment in map.segments { draw(segment) }
      if !map.inactive.isEmpty {
        _ = node(["not active:"] + map.inactive, "style=dashed")
      }
    }

    private mutating func draw(_ segment: HostMap.Segment) {
      count += 1
      let head = [segment.network ?? "no network", segment.mode] + segment.subnets
      lines.append("subgraph cluster_\(count) {")
      let label = StrangersText.dot(head.filter { !$0.isEmpty }.joined(separator: "  "))
      lines.append("  label=\"\(label)\";")
      let state = segment.state == .up ? [] : [segment.state.rawValue]
      let bridge = node(
        [segment.bridge ?? "no bridge"] + state + segment.addresses,
        "style=filled, fillcolor=\"#dde7f3\"")
      for port in segment.ports {
        let plug = node([port.interface, port.words])
        lines.append("  \(bridge) -- \(plug);")
        for guest in port.guests {
          let node = node(guest.words, "shape=component, style=solid")
          lines.append("  \(plug) -- \(node);")
        }
      }
      for guest in segment.absent { _ = node(guest.words + ["not seen"], "style=dashed") }
      lines.append("}")
      if segment.isRouted { lines.append("host -- \(bridge);") }
      for forward in segment.forwards {
        let label = StrangersText.dot("\(forward.listening) → \(forward.target)")
        lines.append("host -- \(bridge) [style=dashed, label=\"\(label)\"];")
      }
    }

    /// Makes a node with a line for each of `words`; its name.
    private mutating func node(_ words: [String], _ attributes: String = "") -> String {
      count += 1
      let label = words.filter { !$0.isEmpty }.map { StrangersText.dot($0) }
        .joined(separator: "\\n")
      let more = attributes.isEmpty ? "" : ", \(attributes)"
      lines.append("n\(count) [label=\"\(label)\"\(more)];")
      return "n\(count)"
    }
  }
}

extension HostMap.Port {
  /// Whose it is, or what, and how.
  var words: String {
    let whose = owner ?? kind
    return isUp ? whose : whose.isEmpty ? "down" : "\(whose), down"
  }
}

extension HostMap.Guest {
  /// What is known of it, the best first.
  var words: [String] { [name].compactMap { $0 } + addresses + [mac].compactMap { $0 } }
}
