import Glibc
import Testing

@testable import Systemd

/// A datagram socket that stands where the service manager's would; its path goes with it.
final class NotifySocket {
    let path: String
    private let descriptor: CInt

    init() throws {
        path = "/tmp/notify-\(getpid())-\(UInt32.random(in: .min ... .max))"
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
    }

    /// The next message; it was sent before this is called, so nothing is waited for.
    func receive() throws -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
        try #require(count >= 0)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}

@Suite("Notifications", .timeLimit(.minutes(1)))
struct NotifierTests {
    @Test("The service manager receives what was told, one message a call")
    func received() async {
        await #expect(processExitsWith: .success) {
            let socket = try NotifySocket()
            setenv("NOTIFY_SOCKET", socket.path, 1)
            let notifier = Notifier()
            #expect(notifier.notify(.ready, .status("3 running")))
            try #expect(socket.receive() == "READY=1\nSTATUS=3 running")
            notifier.notify(.watchdog)
            try #expect(socket.receive() == "WATCHDOG=1")
            notifier.reloading()
            let reloading = try socket.receive().split(separator: "\n")
            #expect(reloading.first == "RELOADING=1")
            let time = try #require(reloading.last?.split(separator: "=").last.flatMap { UInt64($0) })
            #expect(time > 0)
            notifier.notify(.stopping, .extendTimeout(.seconds(90)))
            try #expect(socket.receive() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=90000000")
        }
    }

    @Test("Without a service manager nothing is sent, and nothing fails")
    func alone() async {
        await #expect(processExitsWith: .success) {
            unsetenv("NOTIFY_SOCKET")
            unsetenv("WATCHDOG_USEC")
            #expect(!Notifier().notify(.ready))
            #expect(Notifier().watchdogInterval == nil)
        }
    }

    @Test("The watchdog's interval is the one for this process")
    func watchdog() async {
        await #expect(processExitsWith: .success) {
            setenv("WATCHDOG_USEC", "60000000", 1)
            setenv("WATCHDOG_PID", String(getpid()), 1)
            #expect(Notifier().watchdogInterval == .seconds(60))
            setenv("WATCHDOG_PID", "1", 1)
            #expect(Notifier().watchdogInterval == nil)
        }
    }

    @Test(
        "A status cannot bring an assignment of its own, and no duration overflows",
        arguments: [
            (Notifier.Notification.status("cat\nMAINPID=1"), "STATUS=cat\\nMAINPID=1"),
            (.extendTimeout(.milliseconds(1500)), "EXTEND_TIMEOUT_USEC=1500000"),
            (.extendTimeout(.seconds(Int64.max)), "EXTEND_TIMEOUT_USEC=\(Int64.max)"),
            (.extendTimeout(.seconds(-1)), "EXTEND_TIMEOUT_USEC=0"),
        ]
    )
    func assignments(notification: Notifier.Notification, text: String) {
        #expect(Notifier.message([notification]) == text)
    }
}
