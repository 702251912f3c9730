import FoundationEssentials
import Glibc
import Logging
import Testing

@testable import Daemon

@Suite("The daemon as a process", .timeLimit(.minutes(1)))
struct DaemonProcessTests {
    /// A configuration with folders of its own, and a daemon that was run by it: what it ended with.
    private func ending(
        listen: String,
        preparing prepare: (String) throws -> Void = { _ in },
        afterwards inspect: (String) throws -> Void = { _ in }
    ) async throws -> (any Error)? {
        let root = FileManager.default.temporaryDirectory.path + "/runninghubd-process-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for folder in ["/spool", "/state"] {
            try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        let configuration = """
            spool: \(root)/spool
            state: \(root)/state
            control_socket: \(root)/control.sock
            webhook: { listen: "\(listen)" }
            """
        try Data(configuration.utf8).write(to: URL(filePath: root + "/config.yaml"))
        try prepare(root)
        let quiet = Logger(label: "process") { _ in SwiftLogNoOpLogHandler() }
        let error = await #expect(throws: (any Error).self) {
            try await DaemonProcess(file: root + "/config.yaml", logger: quiet).run()
        }
        try inspect(root)
        return error
    }

    @Test("Where another program has the listener's port, it ends with that reason")
    func takenPort() async throws {
        let socket = try EngineHarness.Socket()
        let error = try await ending(listen: "127.0.0.1:\(socket.port)")
        #expect(error.map { "\($0)" }?.contains("\(EADDRINUSE)") == true, "\(String(describing: error))")
    }

    @Test(
        "Run by root over the folder of the daemon's user it leaves nothing there, and says how the service is started",
        .enabled(if: geteuid() == 0)
    )
    func asRoot() async throws {
        var left: [String] = ["unknown"]
        let error = try await ending(listen: "127.0.0.1:1") { root in
            #expect(chown(root + "/state", 65534, 65534) == 0)
        } afterwards: { root in
            left = try FileManager.default.contentsOfDirectory(atPath: root + "/state")
        }
        let exit = try #require(error as? DaemonExit)
        #expect(exit.code == .configuration && exit.description.contains("systemctl start runninghubd"), "\(exit)")
        #expect(left.isEmpty)
    }
}
