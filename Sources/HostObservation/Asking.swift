internal import NetworkEngine
internal import RouteNetlink

/// Runs `body`, whose netlink errors become the engine's.
func asking<Result: ~Copyable>(
  _ body: () throws(RouteError) -> Result
) throws(EngineError) -> Result {
  do throws(RouteError) { return try body() } catch { throw .route(error) }
}
