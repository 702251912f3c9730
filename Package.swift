// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0461-async-function-isolation.md
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "runninghubd",
    products: [
        .executable(name: "runninghubd", targets: ["runninghubd"]),
        .executable(name: "runninghub-simulator", targets: ["runninghub-simulator"]),
        .executable(name: "laboratory", targets: ["Laboratory"]),
        .executable(name: "hot-paths", targets: ["HotPaths"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // Without Foundation.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .target(name: "FaultPoints", swiftSettings: settings),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .target(
            name: "Systemd",
            dependencies: ["CSystemd", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .target(
            name: "Jobs",
            dependencies: [.product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: settings
        ),
        .target(
            name: "RunningHub",
            dependencies: ["Jobs", .product(name: "AsyncHTTPClient", package: "async-http-client")]
                + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat", "_NIOFileSystem"),
            swiftSettings: settings
        ),
        .target(
            name: "Ledger",
            dependencies: ["FaultPoints", "Jobs", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: settings
        ),
        .systemLibrary(name: "CLinux"),
        .target(
            name: "Spool",
            dependencies: ["CLinux", "FaultPoints", "Jobs", .product(name: "Crypto", package: "swift-crypto")]
                + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),
        .target(
            name: "Serving",
            dependencies: [
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ] + nio("NIOCore"),
            swiftSettings: settings
        ),
        .target(
            name: "Daemon",
            dependencies: [
                "CLinux", "FaultPoints", "Systemd", "Jobs", "RunningHub", "Ledger", "Spool", "Serving",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Yams", package: "Yams"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: settings
        ),
        .executableTarget(
            name: "runninghubd",
            dependencies: [
                "Daemon", "Jobs", "Systemd",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "RunningHubSimulator",
            dependencies: [
                "Serving",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1", "NIOFoundationCompat"),
            swiftSettings: settings
        ),
        .executableTarget(
            name: "runninghub-simulator",
            dependencies: [
                "RunningHubSimulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "Laboratory",
            dependencies: [
                "FaultPoints", "Jobs", "Ledger", "RunningHubSimulator",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ] + nio("NIOCore", "NIOHTTP1", "NIOFoundationCompat"),
            path: "Tests/Laboratory",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "HotPaths",
            dependencies: [
                "Jobs", "Ledger", "RunningHub", "Spool",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Tests/HotPaths",
            swiftSettings: settings
        ),
    ] + [
        tests("FaultPoints"),
        tests("Systemd", [.product(name: "Logging", package: "swift-log")]),
        tests("Jobs"),
        tests(
            "RunningHub",
            ["Jobs", .product(name: "AsyncHTTPClient", package: "async-http-client")]
                + nio("NIOCore", "NIOPosix", "NIOHTTP1")
        ),
        tests("Ledger", ["Jobs", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(
            "Serving",
            [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio("NIOCore", "NIOPosix")
        ),
        tests("Spool", ["Jobs", "CLinux"] + nio("NIOCore", "NIOPosix")),
        tests(
            "RunningHubSimulator",
            [
                "Serving",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ] + nio("NIOCore", "NIOHTTP1", "NIOFoundationCompat")
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Jobs", "RunningHub", "RunningHubSimulator", "Serving",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: settings
        ),
        tests(
            "Daemon",
            [
                "Jobs", "Ledger", "RunningHub", "RunningHubSimulator", "Spool", "Systemd",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ] + nio("NIOCore", "NIOEmbedded", "NIOPosix", "NIOHTTP1")
        ),
    ]
)

// scripts/fuzz asks for it: "all" instruments everything by --sanitize fuzzer and a build folder of its own; "ours" instruments only what is ours
// here, so that the packages are built as for tests, and once.
if let instrumented = Context.environment["RUNNINGHUBD_FUZZ"] {
    let isOurs = instrumented == "ours"
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "Daemon", "Jobs", "Ledger", "RunningHub", "RunningHubSimulator", "Spool",
                .product(name: "Logging", package: "swift-log"),
            ] + nio("NIOCore", "NIOPosix"),
            path: "Fuzz/Sources",
            swiftSettings: settings,
            linkerSettings: isOurs ? [.unsafeFlags(["-sanitize=fuzzer"])] : []
        )
    )
    for target in package.targets where isOurs && (target.type == .regular || target.name == "Fuzz") {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-sanitize=fuzzer"])]
    }
}

/// Products of swift-nio.
func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}

/// The tests of one room.
func tests(_ room: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: "\(room)Tests",
        dependencies: [.target(name: room)] + dependencies,
        swiftSettings: settings
    )
}
