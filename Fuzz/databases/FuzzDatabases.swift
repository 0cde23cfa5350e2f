internal import AccessControl
internal import FuzzDriver

/// Any bytes as /etc/passwd: every name of a number has that number.
@main
enum FuzzDatabases {
  static func main() {
    unsafe fuzz { start, count in
      let database = unsafe NumberDatabase(Array(UnsafeBufferPointer(start: start, count: count)))
      for number: UInt32 in [0, 1, 1001, .max] {
        for name in database.names(of: number) { precondition(database.number(of: name) == number) }
      }
      return 0
    }
  }
}
