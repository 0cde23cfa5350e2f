/// What of table `inet tapster` is in force, as `nft -j list table` prints it (`man 5
/// libnftables-json`): enough to tell whether a network's part is there.
public struct InstalledRules: Sendable {
  /// How many rules each chain has.
  private var counts: [String: Int] = [:]
  /// The chains that the kernel calls.
  private var hooked: Set<String> = []
  /// The interfaces' names in each map.
  private var keys: [String: Set<String>] = [:]

  /// Reads the text; what is not of that form is as if nothing were there.
  public init(json: [UInt8]) {
    for entry in JSONValue(json)?["nftables"]?.array ?? [] {
      if let chain = entry["chain"], let name = chain["name"]?.string {
        counts[name, default: 0] += 0
        if chain["hook"] != nil { hooked.insert(name) }
      } else if let rule = entry["rule"], let chain = rule["chain"]?.string {
        counts[chain, default: 0] += 1
      } else if let map = entry["map"], let name = map["name"]?.string {
        let elements = map["elem"]?.array ?? []
        keys[name] = Set(elements.compactMap { $0.array?.first?.string })
      }
    }
  }

  /// Whether a chain is there and has so many rules; and is called by the kernel, if it has to be.
  public func has(chain: String, rules count: Int, isHooked: Bool = false) -> Bool {
    counts[chain] == count && (!isHooked || hooked.contains(chain))
  }

  /// Whether a map has an entry of that interface's.
  func has(_ interface: String, inMap map: String) -> Bool {
    keys[map]?.contains(interface) == true
  }
}
