import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

import struct Jobs.Secret

@testable import RunningHub

let key = Secret("0123456789abcdef0123456789abcdef")
let taskID = "2013508786110730241"

extension Transport.Timeouts {
    /// Short ones: what must stall in a test stalls briefly.
    static var brief: Self {
        var timeouts = Self()
        timeouts.connect = .seconds(1)
        timeouts.idle = .milliseconds(600)
        timeouts.submission = .seconds(1)
        timeouts.question = .seconds(1)
        timeouts.downloadHead = .seconds(1)
        return timeouts
    }
}

/// A transport for the time of a test.
func withTransport<Success>(
    _ timeouts: Transport.Timeouts = Transport.Timeouts(),
    _ body: (Transport) async throws -> Success
) async throws -> Success {
    let transport = Transport(group: MultiThreadedEventLoopGroup.singleton, timeouts: timeouts)
    let result: Result<Success, any Error>
    do {
        result = .success(try await body(transport))
    } catch {
        result = .failure(error)
    }
    try await transport.shutdown()
    return try result.get()
}

/// A cloud at a port of this machine.
func withCloud<Success>(
    port: Int,
    scheme: String = "http",
    _ timeouts: Transport.Timeouts = Transport.Timeouts(),
    _ body: (Cloud) async throws -> Success
) async throws -> Success {
    let site = try Site("\(scheme)://127.0.0.1:\(port)")
    return try await withTransport(timeouts) { try await body(Cloud(site: site, key: key, transport: $0)) }
}

/// A server and a cloud that speaks to it.
func withCloud<Success>(
    at moment: ScriptedServer.Moment = .requestRead,
    answering script: @escaping ScriptedServer.Script,
    _ timeouts: Transport.Timeouts = Transport.Timeouts(),
    _ body: (Cloud, ScriptedServer) async throws -> Success
) async throws -> Success {
    try await ScriptedServer.run(at: moment, script) { server in
        try await withCloud(port: server.port, timeouts) { try await body($0, server) }
    }
}

/// An answer for the pure decisions.
func answered(_ body: String, status: Int = 200, headers: HTTPHeaders = [:], cut: (any Error)? = nil) -> Answer {
    Answer(status: status, headers: headers, body: ByteBuffer(string: body), cut: cut)
}

/// A port of this machine where nobody listens, nor will: a socket has it and does not listen, until the tests end.
func closedPort() throws -> Int {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let size = length
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
            bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &length) == 0
        }
    }
    guard isBound else { throw IOError(errnoCode: errno, reason: "bind") }
    return Int(UInt16(bigEndian: address.sin_port))
}

extension SubmissionOutcome {
    var created: CreatedTask? {
        if case .created(let task) = self { task } else { nil }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var notSent: CloudError? {
        if case .notSent(let error) = self { error } else { nil }
    }

    var unknown: CloudError? {
        if case .unknown(let error) = self { error } else { nil }
    }
}
