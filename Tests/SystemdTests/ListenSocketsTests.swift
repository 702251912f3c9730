import Glibc
import Testing

@testable import Systemd

/// The port and descriptor of a socket on loopback; the descriptor is the caller's.
func makeSocket(_ type: __socket_type = SOCK_STREAM, listening backlog: CInt? = nil) throws -> CInt {
    let descriptor = socket(AF_INET, CInt(type.rawValue), 0)
    try #require(descriptor >= 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(bound == 0)
    if let backlog {
        try #require(listen(descriptor, backlog) == 0)
    }
    return descriptor
}

@Suite("Handed-over sockets", .timeLimit(.minutes(1)))
struct ListenSocketsTests {
    @Test("A listening stream socket is taken with the queue that it was given")
    func listening() throws {
        let descriptor = try makeSocket(listening: 321)
        defer { close(descriptor) }
        let socket = try ListenSockets.socket(named: "webhook", descriptor: descriptor)
        #expect(socket == HandedSocket(name: "webhook", descriptor: descriptor, backlog: 321))
    }

    @Test("What is no listening stream socket is refused in a sentence", arguments: [SOCK_STREAM, SOCK_DGRAM])
    func notListening(type: __socket_type) throws {
        let descriptor = try makeSocket(type)
        defer { close(descriptor) }
        let error = #expect(throws: ListenSockets.HandoverError.self) {
            try ListenSockets.socket(named: "webhook", descriptor: descriptor)
        }
        #expect(
            error?.description
                == "the descriptor \(descriptor), handed over as \"webhook\", is not a listening stream socket; "
                + "the socket unit needs ListenStream= and Accept=no"
        )
    }

    @Test("A descriptor that is not open is refused in a sentence")
    func closed() {
        #expect(throws: ListenSockets.HandoverError.self) {
            try ListenSockets.socket(named: "webhook", descriptor: 9999)
        }
    }

    @Test("The queue's length can be restored after somebody listened anew")
    func backlog() throws {
        let descriptor = try makeSocket(listening: 1024)
        defer { close(descriptor) }
        try #require(listen(descriptor, 128) == 0)
        #expect(ListenSockets.backlog(of: descriptor) == 128)
        try ListenSockets.listen(descriptor, backlog: 1024)
        #expect(ListenSockets.backlog(of: descriptor) == 1024)
    }

    @Test("Nothing is there where nothing was handed over")
    func none() throws {
        try #expect(ListenSockets.take().isEmpty)
    }

    @Test(
        "Sockets are found by name, as often as asked, and close on exec",
        .bug("https://github.com/caddyserver/caddy/issues/6296", "socket activation"),
        .bug("https://github.com/caddyserver/caddy/issues/778", "socket activation")
    )
    func byName() async {
        await #expect(processExitsWith: .success) {
            // Whatever is open from 3 on counts as handed over, as "other"; the socket comes after it.
            let listener = try makeSocket(listening: 64)
            let target = fcntl(listener, F_DUPFD, 20)
            let count = target - 3 + 1
            let others = Array(repeating: "other", count: Int(count) - 1)
            setenv("LISTEN_PID", String(getpid()), 1)
            setenv("LISTEN_FDS", String(count), 1)
            setenv("LISTEN_FDNAMES", (others + ["webhook"]).joined(separator: ":"), 1)
            for _ in 0..<2 {
                try #expect(
                    whereAllAreOpen(below: target, { try ListenSockets.take(named: "webhook") }) == [
                        HandedSocket(name: "webhook", descriptor: target, backlog: 64)
                    ]
                )
            }
            #expect(fcntl(target, F_GETFD) & FD_CLOEXEC != 0)
            try #expect(whereAllAreOpen(below: target, { try ListenSockets.take(named: "absent") }).isEmpty)
            #expect(throws: ListenSockets.HandoverError.self) { try ListenSockets.take(named: "other") }
        }
    }

    @Test("Sockets that were handed to another process are not ours")
    func anotherProcess() async {
        await #expect(processExitsWith: .success) {
            setenv("LISTEN_PID", "1", 1)
            setenv("LISTEN_FDS", "1", 1)
            try #expect(ListenSockets.take().isEmpty)
        }
    }
}

/// Asks for handed-over descriptors, all of which have to be open.
///
/// What is free is filled first, the lowest one each time. libdispatch opens some of its own for a moment (it looks at its threads in /proc):
/// one that was closed since is filled, and it is asked again.
private func whereAllAreOpen<Value>(below target: CInt, _ ask: () throws -> Value) throws -> Value {
    for _ in 0..<20 {
        while case let filled = fcntl(STDIN_FILENO, F_DUPFD, 3), filled < target {}
        if let value = try? ask() { return value }
    }
    return try ask()
}
