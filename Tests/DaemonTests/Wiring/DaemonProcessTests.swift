import FoundationEssentials
import Glibc
import Logging
import Testing

@testable import Daemon

@Suite("The daemon as a process", .timeLimit(.minutes(1)))
struct DaemonProcessTests {
    @Test("Where another program has the listener's port, it ends with that reason")
    func takenPort() async throws {
        let root = FileManager.default.temporaryDirectory.path + "/runninghubd-process-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for folder in ["/spool", "/state"] {
            try FileManager.default.createDirectory(atPath: root + folder, withIntermediateDirectories: true)
        }
        let socket = try EngineHarness.Socket()
        let configuration = """
            spool: \(root)/spool
            state: \(root)/state
            control_socket: \(root)/control.sock
            webhook: { listen: "127.0.0.1:\(socket.port)" }
            """
        try Data(configuration.utf8).write(to: URL(filePath: root + "/config.yaml"))
        let quiet = Logger(label: "process") { _ in SwiftLogNoOpLogHandler() }
        let error = await #expect(throws: (any Error).self) {
            try await DaemonProcess(file: root + "/config.yaml", logger: quiet).run()
        }
        #expect(error.map { "\($0)" }?.contains("\(EADDRINUSE)") == true, "\(String(describing: error))")
    }
}
