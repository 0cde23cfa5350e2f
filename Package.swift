// swift-tools-version: 6.2
import PackageDescription

// The helper is built twice. The build users install is Embedded Swift, one static-PIE with no
// runtime behind it:
//
//     swift build -c release --traits Embedded --product tapster-helper \
//       --disable-local-rpath --scratch-path .build-helper
//
// The build tests use is plain Swift: `swift test`. `embeddable` marks the targets that are in both.

/// Whether the fuzzers are built (Fuzz/run): with libFuzzer's coverage in what they feed.
let isFuzzing = Context.environment["TAPSTER_FUZZ"] != nil

let strict: [SwiftSetting] =
  [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ] + (isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer"])] : [])

let embeddable: [SwiftSetting] =
  strict + [
    .enableExperimentalFeature("Embedded", .when(traits: ["Embedded"])),
    .unsafeFlags(["-wmo"], .when(traits: ["Embedded"])),
    .treatWarning("EmbeddedRestrictions", as: .error),
  ]

/// The machine's name in the folders of Debian's musl-dev and libc6-dev.
#if arch(arm64)
  let machine = "aarch64-linux"
#else
  let machine = "x86_64-linux"
#endif
let musl = "/usr/lib/\(machine)-musl"

/// The C of the helper is compiled with musl's headers, since it is linked with musl; the kernel's
/// headers come after them.
let muslHeaders: [CSetting] = [
  .unsafeFlags(
    [
      "-nostdlibinc", "-isystem", "/usr/include/\(machine)-musl",
      "-idirafter", "/usr/include", "-idirafter", "/usr/include/\(machine)-gnu",
    ], .when(traits: ["Embedded"]))
]

/// Static-PIE with full RELRO: nothing is loaded at run time, so nothing can be loaded behind our
/// back, and `exec` to `main` costs half of what a dynamic program of five libraries costs. And
/// with musl: glibc asks the processor for its features dozens of times before `main`, and in a
/// virtual machine each CPUID is a trap to the hypervisor, together 0.2 ms.
let staticPIE: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-enable-experimental-feature", "Embedded",
      "-use-ld=lld", "-Xclang-linker", "-static-pie", "-Xclang-linker", "-nostdlib",
      "\(musl)/rcrt1.o", "\(musl)/crti.o", "\(musl)/libc.a", "\(musl)/crtn.o",
      "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now",
      "-Xlinker", "-z", "-Xlinker", "noexecstack", "-Xlinker", "--gc-sections",
    ], .when(traits: ["Embedded"]))
]

/// As few shared libraries as can be, for `tapster` as users get it: loading them is most of what a
/// command takes to start. Linking/ld says how.
let fewLibraries: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-Xclang-linker", "--ld-path=\(Context.packageDirectory)/Linking/ld",
      "-Xclang-linker", "-static-libgcc",
    ], .when(configuration: .release))
]

let package = Package(
  name: "tapster",
  products: [
    .executable(name: "tapster", targets: ["tapster"]),
    .executable(name: "tapster-helper", targets: ["tapster-helper"]),
  ],
  traits: [
    .trait(name: "Embedded", description: "Build the privileged helper as Embedded Swift")
  ],
  targets: [
    // C, and libraries written in C.
    .target(name: "CLinux", cSettings: muslHeaders),
    .target(name: "CLinuxHost", dependencies: ["CLinux"]),
    .target(
      name: "CMuslSupport",
      cSettings: muslHeaders + [.define("LINKED_WITH_MUSL", .when(traits: ["Embedded"]))]),
    .systemLibrary(name: "CCapNG", pkgConfig: "libcap-ng", providers: [.apt(["libcap-ng-dev"])]),
    .systemLibrary(
      name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .systemLibrary(name: "CNetlink", pkgConfig: "libnl-3.0", providers: [.apt(["libnl-3-dev"])]),
    .systemLibrary(
      name: "CNetlinkRoute", pkgConfig: "libnl-route-3.0", providers: [.apt(["libnl-route-3-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),

    .target(
      name: "CLibXML2Loading", dependencies: ["CLibXML2"], linkerSettings: [.linkedLibrary("dl")]),

    // The helper: from values, over decisions, to effects.
    .target(name: "LinuxTypes", dependencies: ["CLinux"], swiftSettings: embeddable),
    .target(name: "AccessControl", dependencies: ["LinuxTypes"], swiftSettings: embeddable),
    .target(
      name: "LinuxNetworking", dependencies: ["LinuxTypes", "CLinux"],
      swiftSettings: embeddable),
    .target(
      name: "TapBroker", dependencies: ["AccessControl", "LinuxTypes", "LinuxNetworking"],
      swiftSettings: embeddable),
    .executableTarget(
      name: "tapster-helper",
      dependencies: [
        "TapBroker", "AccessControl", "LinuxNetworking", "LinuxTypes", "CLinux", "CCapNG",
        "CMuslSupport",
      ],
      swiftSettings: embeddable, linkerSettings: staticPIE, plugins: ["CompileSystemCallFilter"]),
    .executableTarget(
      name: "compile-system-call-filter", dependencies: ["CLinux", "CSeccomp"],
      swiftSettings: strict),
    .plugin(
      name: "CompileSystemCallFilter", capability: .buildTool(),
      dependencies: ["compile-system-call-filter"]),

    // The host's files and processes, for all but the helper.
    .target(
      name: "LinuxHost", dependencies: ["LinuxTypes", "LinuxNetworking", "CLinux", "CLinuxHost"],
      swiftSettings: strict),

    // The networks: model, pure plan, engine, command line.
    .target(
      name: "RouteNetlink",
      dependencies: ["LinuxTypes", "LinuxNetworking", "CNetlink", "CNetlinkRoute"],
      swiftSettings: strict),
    .target(
      name: "NetworkModel", dependencies: ["LinuxTypes", "CLibXML2", "CLibXML2Loading"],
      swiftSettings: strict),
    .target(
      name: "NetworkPlan", dependencies: ["LinuxTypes", "NetworkModel"], swiftSettings: strict),
    .target(
      name: "NetworkEngine",
      dependencies: [
        "LinuxTypes", "LinuxHost", "LinuxNetworking", "RouteNetlink", "NetworkModel", "NetworkPlan",
      ], swiftSettings: strict),
    .target(name: "CommandSyntax", swiftSettings: strict),

    // Taps: what a monitor's command line says of them, and whoever gets them from the helper.
    .target(name: "MonitorArguments", dependencies: ["LinuxTypes"], swiftSettings: strict),
    .target(
      name: "TapClient",
      dependencies: [
        "TapBroker", "LinuxTypes", "LinuxHost", "LinuxNetworking", "CLinux", "CLinuxHost",
      ], swiftSettings: strict),

    // The access control list, for people.
    .target(
      name: "ACLEditing",
      dependencies: ["AccessControl", "TapBroker", "LinuxTypes", "LinuxNetworking"],
      swiftSettings: strict),

    // The host, looked at and explained: pure values, and who looks.
    .target(
      name: "NetworkMap", dependencies: ["LinuxHost", "LinuxTypes"], swiftSettings: strict),
    .target(name: "Diagnosis", swiftSettings: strict),
    .target(
      name: "HostObservation",
      dependencies: [
        "NetworkMap", "Diagnosis", "NetworkEngine", "NetworkModel", "RouteNetlink", "TapBroker",
        "TapClient", "AccessControl", "LinuxHost", "LinuxNetworking", "LinuxTypes", "CLinuxHost",
        "CLinux",
      ], swiftSettings: strict),

    .executableTarget(
      name: "tapster",
      dependencies: [
        "CommandSyntax", "LinuxTypes", "LinuxHost", "LinuxNetworking", "CLinuxHost",
        "NetworkModel", "NetworkEngine", "MonitorArguments", "ACLEditing", "AccessControl",
        "TapBroker", "TapClient", "NetworkMap", "Diagnosis", "HostObservation",
      ], swiftSettings: strict, linkerSettings: fewLibraries),

    // Tests, and what they stand on.
    .target(name: "CTestSupport", path: "Tests/Support/CTestSupport"),
    .target(
      name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/Support/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "SupportTests", dependencies: ["TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "IntegrationTests", dependencies: ["TestSupport"], path: "Tests/Integration",
      exclude: ["ATTACKS.md"],
      swiftSettings: strict),
    .testTarget(
      name: "LinuxTypesTests", dependencies: ["LinuxTypes", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "AccessControlTests", dependencies: ["AccessControl", "LinuxTypes"],
      swiftSettings: strict),
    .testTarget(
      name: "ACLEditingTests",
      dependencies: ["ACLEditing", "AccessControl", "TapBroker", "LinuxTypes"],
      swiftSettings: strict),
    .testTarget(
      name: "LinuxNetworkingTests", dependencies: ["LinuxNetworking", "LinuxTypes"],
      swiftSettings: strict),
    .testTarget(
      name: "TapBrokerTests", dependencies: ["TapBroker", "LinuxTypes"], swiftSettings: strict),
    .testTarget(
      name: "RouteNetlinkTests", dependencies: ["RouteNetlink"], swiftSettings: strict),
    .testTarget(name: "DiagnosisTests", dependencies: ["Diagnosis"], swiftSettings: strict),
    .testTarget(
      name: "NetworkMapTests", dependencies: ["NetworkMap", "LinuxHost", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandSyntaxTests", dependencies: ["CommandSyntax"], swiftSettings: strict),
    .testTarget(
      name: "MonitorArgumentsTests", dependencies: ["MonitorArguments", "LinuxTypes"],
      swiftSettings: strict),
    .testTarget(
      name: "NetworkModelTests", dependencies: ["NetworkModel"], swiftSettings: strict),
    .testTarget(
      name: "NetworkPlanTests",
      dependencies: ["NetworkPlan", "NetworkModel", "LinuxTypes", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ConformanceTests", dependencies: ["NetworkPlan", "NetworkModel", "LinuxTypes"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)

// They link with libFuzzer, so they are there only where they are asked for.
if isFuzzing {
  let fuzzers: [(folder: String, dependencies: [Target.Dependency])] = [
    ("acl", ["AccessControl", "LinuxTypes"]),
    ("broker-request", ["TapBroker", "LinuxTypes"]),
    ("acl-editing", ["ACLEditing", "AccessControl"]),
    ("command-line", ["TapBroker", "LinuxTypes"]),
    ("databases", ["AccessControl"]),
    ("map", ["NetworkMap", "LinuxHost"]),
    ("netlink", ["LinuxNetworking", "LinuxTypes"]),
    ("network-xml", ["NetworkModel"]),
  ]
  package.targets.append(
    .target(name: "FuzzDriver", path: "Fuzz/driver", swiftSettings: strict))
  for fuzzer in fuzzers {
    let name = "fuzz-\(fuzzer.folder)"
    package.products.append(.executable(name: name, targets: [name]))
    package.targets.append(
      .executableTarget(
        name: name, dependencies: fuzzer.dependencies + ["FuzzDriver"],
        path: "Fuzz/\(fuzzer.folder)",
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]))
  }
}
