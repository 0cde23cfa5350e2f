import Foundation
import PackagePlugin

/// Runs `compile-system-call-filter` before the helper is compiled, and adds what it writes to the
/// helper.
@main
struct CompileSystemCallFilter: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let output = context.pluginWorkDirectoryURL.appending(path: "CompiledSystemCallFilter.swift")
    return [
      .buildCommand(
        displayName: "Compiling the system call filter",
        executable: try context.tool(named: "compile-system-call-filter").url,
        arguments: [output.path()], outputFiles: [output])
    ]
  }
}
