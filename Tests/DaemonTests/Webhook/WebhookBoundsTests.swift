import Jobs
import NIOCore
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What a stranger may take of the listener", .timeLimit(.minutes(1)))
    struct WebhookBoundsTests {
        @Test("Of a body that is too large the callback counts, and its sender can read the answer.")
        func oversized() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let path = try daemon.path(of: try await daemon.runningJob())
                try await ServedListener.serve(daemon) {
                    $0.body = 1000
                } _: { listener in
                    let answer = try await listener.exchange(
                        RawRequest(path, body: String(repeating: " ", count: 5_000_000)).text
                    )
                    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("{\"code\":0}"), "\(answer)")
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [1])
                }
            }
        }

        @Test(
            "A stranger who sends a large body can read that it is refused.",
            .bug("https://github.com/adnanh/webhook/issues/756", "anybody can exhaust the memory")
        )
        func refused() async throws {
            try await withDaemon { _ in
            } _: { daemon in
                try await ServedListener.serve(daemon) { listener in
                    let body = String(repeating: " ", count: 5_000_000)
                    let answer = try await listener.exchange(RawRequest("/callback/0123456789ab/1/x", body: body).text)
                    #expect(answer.hasPrefix("HTTP/1.1 404 "), "\(answer)")
                }
            }
        }

        @Test("Who waits for 100 Continue gets it for a genuine address only.")
        func expectation() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                var request = RawRequest(try daemon.path(of: try await daemon.runningJob()), body: "")
                request.length = 2
                request.fields.append("Expect: 100-continue")
                try await ServedListener.serve(daemon) { [request] listener in
                    try await RawPeer.connect(listener.port) { peer in
                        try await peer.send(request.text)
                        let interim = try await peer.read(until: "\r\n\r\n")
                        #expect(interim.hasPrefix("HTTP/1.1 100 "))
                        try await peer.send("{}")
                        let answer = try await peer.rest()
                        #expect(answer.hasPrefix("HTTP/1.1 200 "))
                    }
                    let forged = try await listener.exchange(request.with { $0.path += "x" }.text)
                    #expect(forged.hasPrefix("HTTP/1.1 404 "))
                }
            }
        }

        @Test(
            "With all connections taken, the oldest stranger gives way to the next caller, and a genuine caller never.",
            .bug("https://github.com/adnanh/webhook/pull/167", "no bound on what runs at once")
        )
        func connections() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                var good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                good.fields = ["Host: example"]
                try await ServedListener.serve(daemon) {
                    $0.connections = 4
                } _: { [good] listener in
                    try await RawPeer.connect(listener.port) { genuine in
                        try await genuine.send(good.text)
                        let first = try await genuine.read(until: "{\"code\":0}")
                        #expect(first.hasPrefix("HTTP/1.1 200 "))
                        try await Self.strangers(7, at: listener.port) { oldest in
                            let text = try? await oldest.rest()
                            #expect(text == nil || text == "")
                            let closing = good.with { $0.fields.append("Connection: close") }
                            let answer = try? await listener.exchange(closing.text)
                            #expect(answer?.contains(" 200 ") == true)
                        }
                        try await genuine.send(good.text)
                        let again = try await genuine.read(until: "{\"code\":0}")
                        #expect(again.hasPrefix("HTTP/1.1 200 "))
                    }
                }
            }
        }

        @Test("With all places of strangers taken and more of them waiting, a genuine caller is let in past them.")
        func waitingStrangers() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) {
                    $0.strangers = 2
                    $0.porch = 3
                } _: { listener in
                    try await Self.strangers(5, at: listener.port) { oldest in
                        let answer = try await listener.exchange(good.text)
                        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
                        // The place of one that waits is for the next; one that was let in stays.
                        let forged = try await listener.exchange(good.with { $0.path += "x" }.text)
                        #expect(forged.hasPrefix("HTTP/1.1 404 "), "\(forged)")
                        let rest = try? await oldest.rest()
                        #expect(rest == nil || rest == "")
                    }
                }
            }
        }

        /// Holds so many silent connections open, and gives the oldest.
        private static func strangers(_ count: Int, at port: Int, _ body: (RawPeer) async throws -> Void) async throws {
            try await RawPeer.connect(port) { oldest in
                try await more(count - 1, at: port) { try await body(oldest) }
            }
        }

        private static func more(_ count: Int, at port: Int, _ body: () async throws -> Void) async throws {
            guard count > 0 else { return try await body() }
            // One that was closed to make room may be reset.
            let result: Result<Void, any Error> = try await RawPeer.connect(port) { _ in
                do { return .success(try await more(count - 1, at: port, body)) } catch { return .failure(error) }
            }
            try result.get()
        }

        @Test("A request that trickles, and one that never begins, end at the deadline.", arguments: [false, true])
        func trickling(trickles: Bool) async throws {
            try await withDaemon { _ in
            } _: { daemon in
                try await ServedListener.serve(daemon) {
                    $0.request = .milliseconds(300)
                    $0.headers = 100_000_000
                } _: { listener in
                    try await RawPeer.connect(listener.port) { peer in
                        if trickles { try await peer.send("POST / HTTP/1.1\r\nX: ") }
                        let sending = Task {
                            while trickles { try await peer.send("a") }
                        }
                        let text = try? await peer.rest()
                        #expect(text == nil || text == "")
                        sending.cancel()
                        _ = try? await sending.value
                    }
                }
            }
        }

        @Test("With all connections taken by genuine callers, another one is closed, and its descriptor with it.")
        func full() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                var good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                good.fields = ["Host: example"]
                try await ServedListener.serve(daemon) {
                    $0.connections = 1
                } _: { [good] listener in
                    try await RawPeer.connect(listener.port) { genuine in
                        try await genuine.send(good.text)
                        _ = try await genuine.read(until: "{\"code\":0}")
                        for _ in 1...20 {
                            let text = try? await RawPeer.connect(listener.port) { try await $0.rest() }
                            #expect(text == nil || text == "")
                        }
                        try await genuine.send(good.text)
                        let again = try await genuine.read(until: "{\"code\":0}")
                        #expect(again.hasPrefix("HTTP/1.1 200 "))
                    }
                }
            }
        }

        @Test(
            "All bodies together have a bound, and what was taken can be given back.",
            .bug("https://github.com/adnanh/webhook/issues/756", "anybody can exhaust the memory")
        )
        func allowance() {
            let allowance = BodyAllowance(bytes: 100)
            #expect(allowance.take(60) && !allowance.take(41) && allowance.take(40))
            allowance.giveBack(60)
            #expect(allowance.take(60) && !allowance.take(1))
        }
    }
}
