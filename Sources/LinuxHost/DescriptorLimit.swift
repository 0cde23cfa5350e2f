internal import CLinux

/// How many descriptors this process may have open (`man 2 getrlimit`, RLIMIT_NOFILE).
public enum DescriptorLimit {
  /// Makes it `count` at least, as far as the hard limit lets it. Who then asks for one too many is
  /// told so by the call that needs it.
  public static func raise(to count: Int) { _ = clinux_raise_descriptor_limit(UInt64(count)) }
}
