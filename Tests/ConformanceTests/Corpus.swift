import Foundation

/// libvirt's own suites, read where they lie.
enum Corpus {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "shared/conformance/libvirt").path
  static let isThere = FileManager.default.fileExists(atPath: root)

  static func text(_ path: String) throws -> String {
    try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
  }

  /// The files of a folder, by name.
  static func files(_ folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)"))?.sorted() ?? []
  }

  static func names(_ folder: String) -> Set<String> {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")) ?? []
    return Set(files.filter { $0.hasSuffix(".xml") }.map { String($0.dropLast(4)) })
  }
}
