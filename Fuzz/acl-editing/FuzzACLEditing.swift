internal import ACLEditing
internal import AccessControl
internal import FuzzDriver

/// Any bytes as an access control list of which a line is removed, and to which one is added: all
/// others are what they were, and what was added can be taken away again. The first two bytes say
/// where.
@main
enum FuzzACLEditing {
  static func main() {
    unsafe fuzz { start, count in
      let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
      guard input.count >= 2 else { return 0 }
      let text = ACLText(Array(input.dropFirst(2)))
      let number = Int(input[0]) << 8 | Int(input[1])
      do throws(ACLEditError) {
        let line = number == 0 ? nil : number
        let added = try text.inserting(Array("deny br0".utf8), before: line)
        let place = line ?? text.lineCount + 1
        precondition(added.lineCount == text.lineCount + 1)
        precondition(added.line(place)?.prefix(8).elementsEqual("deny br0".utf8) == true)
        // A carriage return at the very end has become part of a line's end.
        if line != nil || text.bytes.last != UInt8(ascii: "\r") {
          let again = try added.removing(place)
          precondition(again == text)
        }
        precondition(statements(added) == statements(text) + 1)
        if let line {
          let less = try text.removing(line)
          for other in 1..<line {
            let isLast = other + 1 == line
            precondition(same(less.line(other), text.line(other), isLast: isLast))
          }
        }
      } catch {
        guard case .noSuchLine = error else { preconditionFailure("\(error)") }
        precondition(text.line(number) == nil)
      }
      if let rule = try? RuleLine(input) { precondition((try? RuleLine(rule.text)) == rule) }
      return 0
    }
  }
}

/// Whether both are the same line; one that has become the file's last may have lost the carriage
/// return that was part of its end.
private func same(
  _ after: ArraySlice<UInt8>?, _ before: ArraySlice<UInt8>?, isLast: Bool
) -> Bool {
  if after == before { return true }
  guard isLast, let before else { return false }
  let shorter = before.last == UInt8(ascii: "\r") ? before.dropLast() : before
  return after.map { $0 == shorter } ?? shorter.isEmpty
}

/// How many lines say something, be it wrong.
private func statements(_ text: ACLText) -> Int {
  var parser = ACLParser(text.bytes)
  var count = 0
  while true {
    do throws(ACLSyntaxError) {
      guard try parser.next() != nil else { return count }
    } catch {}
    count += 1
  }
}
