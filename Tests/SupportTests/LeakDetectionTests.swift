import Glibc
import TestSupport
import Testing

/// Serialised, and with margins: other suites open descriptors meanwhile.
@Suite struct LeakDetectionTests {
  @Test func theCensusCountsWhatIsOpenAndNotWhatIsClosed() throws {
    let number: Int32
    do {
      let descriptor = try OpenDescriptor(path: "/dev/null", flags: O_RDONLY)
      number = descriptor.rawValue
      #expect(try OpenDescriptor.census().contains(number))
      withExtendedLifetime(descriptor) {}
    }
    // A number that nobody else takes meanwhile.
    let high = fcntl(0, F_DUPFD_CLOEXEC, 900)
    try #require(high >= 900)
    #expect(try OpenDescriptor.census().contains(high))
    close(high)
    #expect(try !OpenDescriptor.census().contains(high))
  }
}
