internal import CommandSyntax
internal import NetworkEngine

/// The values of options, whose errors are failures of the command.
extension Arguments {
  func value(of option: RequiredText) throws(Failure) -> String {
    do throws(ValueError) { return try self[option] } catch { throw Failure(error) }
  }

  func value(of option: Text) throws(Failure) -> String? {
    do throws(ValueError) { return try self[option] } catch { throw Failure(error) }
  }

  func value(of option: TextOr) throws(Failure) -> String? {
    do throws(ValueError) { return try self[option] } catch { throw Failure(error) }
  }

  func values(of option: Texts) throws(Failure) -> [String] {
    do throws(ValueError) { return try self[option] } catch { throw Failure(error) }
  }

  func value(of option: Number) throws(Failure) -> Int32? {
    do throws(ValueError) { return try self[option] } catch { throw Failure(error) }
  }

  func refuse(_ first: Flag, with second: any Option) throws(Failure) {
    do throws(ValueError) { try exclude(first, second) } catch { throw Failure(error) }
  }
}
