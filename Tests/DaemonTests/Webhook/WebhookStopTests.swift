import AsyncHTTPClient
import Foundation
import Jobs
import NIOCore
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("How the listener stops", .timeLimit(.minutes(1)))
    struct WebhookStopTests {
        @Test(
            "After a stop a connection that was taken has its request answered, and one that had its answer is closed."
        )
        func stop() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                var good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                good.fields = ["Host: example"]
                try await ServedListener.serve(daemon) {
                    $0.farewell = .seconds(20)
                } _: { [good] listener in
                    try await RawPeer.connect(listener.port) { silent in
                        try await RawPeer.connect(listener.port) { answered in
                            try await answered.send(good.text)
                            _ = try await answered.read(until: "{\"code\":0}")
                            await listener.stop()
                            let rest = try await answered.rest()
                            #expect(rest == "")
                        }
                        try await silent.send(good.text)
                        let answer = try await silent.rest()
                        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
                    }
                }
            }
        }

        @Test("While a file is being loaded a stop waits for it, and callbacks are answered as before.")
        func loading() async throws {
            try await withDaemon {
                $0.cloud = .manual
                // The test loads the file itself.
                $0.cloud.tasks.loadsAddresses = false
                $0.pipeline {
                    $0.nodes = [.text("{url}")]
                    $0.accept = ["any"]
                }
            } _: { daemon in
                // More than sockets hold.
                let content = try daemon.drop("cat.png", [UInt8](repeating: 7, count: 24_000_000))
                try await daemon.told(.submitted)
                let url = try #require(await daemon.submissions.first?.nodes.first?.value)
                let path = try #require(URL(string: url)?.path(percentEncoded: true))
                var callback = RawRequest(try daemon.path(of: try await daemon.record(of: "cat.png").job.id))
                callback.fields = ["Host: example"]
                try await ServedListener.serve(daemon) { [callback] listener in
                    let request = HTTPClientRequest(url: "http://127.0.0.1:\(listener.port)\(path)")
                    let loading = try await HTTPClient.shared.execute(request, timeout: .seconds(50))
                    await listener.stop()
                    for _ in 1...3 {
                        let answer = try await listener.exchange(callback.text, thenFinish: true)
                        #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(answer)")
                    }
                    #expect(try await loading.body.collect(upTo: 32 << 20).readableBytes == content.count)
                    try await listener.ended()
                }
            }
        }

        @Test("However often it restarts under a stream of callers, each of them is answered.")
        func restarts() async throws {
            try await withDaemon { _ in
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try #require(JobID("0123456789ab"))))
                let socket = try EngineHarness.Socket()
                let callers = Callers()
                try await withThrowingTaskGroup { tasks in
                    for _ in 1...8 {
                        tasks.addTask { try await callers.call(good.text, at: socket.port) }
                    }
                    for round in 1...40 {
                        try await ServedListener.serve(daemon, on: socket) { listener in
                            await callers.answered(atLeast: round * 5)
                            await listener.stop()
                            try await listener.ended()
                        }
                    }
                    try await ServedListener.serve(daemon, on: socket) { _ in
                        await callers.finish()
                        try await tasks.waitForAll()
                    }
                }
                #expect(await callers.unanswered == [])
            }
        }

        /// Callers that call again and again, each on a connection of its own.
        private actor Callers {
            private(set) var unanswered: [String] = []
            private var answers = 0
            private var isFinished = false
            private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?

            nonisolated func call(_ request: String, at port: Int) async throws {
                repeat {
                    let answer: String
                    do {
                        answer = try await RawPeer.connect(port) { peer in
                            try await peer.send(request)
                            return try await peer.rest()
                        }
                    } catch {
                        answer = "\(error)"
                    }
                    await count(answer)
                } while await !isFinished
            }

            private func count(_ answer: String) {
                if !answer.hasPrefix("HTTP/1.1 200 OK\r\n") { unanswered.append(answer) }
                answers += 1
                guard let (count, continuation) = waiting, answers >= count else { return }
                waiting = nil
                continuation.resume()
            }

            func answered(atLeast count: Int) async {
                guard answers < count else { return }
                await withCheckedContinuation { waiting = (count, $0) }
            }

            func finish() {
                isFinished = true
            }
        }
    }
}
