@unsafe @c(tapster_helper_main)
public func tapsterHelperMain(
  _ count: Int32, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> Int32 { 70 }
