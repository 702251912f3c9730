import Jobs
import RunningHubSimulator
import Spool
import Synchronization
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What is counted and measured", .timeLimit(.minutes(1)))
    struct MetricsTests {
        /// Whether something has ended.
        private final class End: Sendable {
            let isThere = Mutex(false)
        }

        /// The figure of a series, as its line shows it.
        private func figure(_ series: String, in text: String) -> String? {
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
            return line.map { String($0.dropFirst(series.count + 1)) }
        }

        @Test("A delivered job is counted once in each stage, with its task, its coins and its bytes.")
        func delivered() async throws {
            try await withDaemon {
                $0.cloud.answers.usage = .coins
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                try await daemon.withControl { client in
                    let text = try await client.metrics()
                    let result = try daemon.content(.outbox, "cat.png").count
                    let expected = [
                        "build_info{version=\"\(Version.text)\"}": "1",
                        "health_level": "0",
                        "jobs{pipeline=\"oil\",state=\"delivered\"}": "1",
                        "jobs{pipeline=\"oil\",state=\"queued\"}": "0",
                        "oldest_waiting_seconds{pipeline=\"oil\"}": "0",
                        "pipeline_stopped{pipeline=\"oil\"}": "0",
                        "key_places_taken{key=\"main\"}": "0",
                        "key_resting{key=\"main\"}": "0",
                        "billed_tasks{pipeline=\"oil\",key=\"main\"}": "1",
                        "billed_coins{pipeline=\"oil\",key=\"main\"}": "6",
                        "jobs_taken_total{pipeline=\"oil\"}": "1",
                        "jobs_ended_total{pipeline=\"oil\",state=\"delivered\"}": "1",
                        "submissions_total{pipeline=\"oil\",outcome=\"created\"}": "1",
                        "callbacks_total{outcome=\"stored\"}": "1",
                        "uploaded_bytes_total{pipeline=\"oil\"}": "\(picture.count)",
                        "downloaded_bytes_total{pipeline=\"oil\"}": "\(result)",
                        "upload_duration_seconds_count{pipeline=\"oil\"}": "1",
                        "job_duration_seconds_count{pipeline=\"oil\"}": "1",
                        "stage_duration_seconds_count{pipeline=\"oil\",stage=\"wait\"}": "1",
                        "stage_duration_seconds_count{pipeline=\"oil\",stage=\"task\"}": "1",
                        "stage_duration_seconds_count{pipeline=\"oil\",stage=\"fetch\"}": "1",
                        "stage_duration_seconds_bucket{pipeline=\"oil\",stage=\"fetch\",le=\"+Inf\"}": "1",
                    ]
                    for (series, value) in expected {
                        #expect(figure("runninghubd_\(series)", in: text) == value, "\(series)")
                    }
                    #expect(Double(figure("process_resident_memory_bytes", in: text) ?? "") ?? 0 > 1_000_000)
                }
            }
        }

        @Test("What is refused is counted by its code, and a hold stops the pipeline.")
        func refused() async throws {
            try await withDaemon {
                $0.cloud.faults.submit.errors = [CodeFault(421, .next(1))]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.refused)
                try await daemon.withControl { client in
                    _ = try await client.hold(nil)
                    let text = try await client.metrics()
                    #expect(figure(#"runninghubd_refusals_total{request="submission",code="421"}"#, in: text) == "1")
                    let refused = #"runninghubd_submissions_total{pipeline="oil",outcome="refused"}"#
                    #expect(figure(refused, in: text) == "1")
                    #expect(figure(#"runninghubd_pipeline_stopped{pipeline="oil"}"#, in: text) == "1")
                    #expect(figure("runninghubd_health_level", in: text) == "2")
                }
            }
        }

        @Test("A port that another program has is told, and the daemon goes on.")
        func portTaken() async throws {
            try await withDaemon { daemon in
                let port = try #require(daemon.publicURL.split(separator: ":").last.flatMap { Int($0) })
                let address = Daemon.ListenAddress(host: "127.0.0.1", port: port)
                let server = MetricsServer(engine: try daemon.engine, address: address)
                let end = End()
                let serving = Task {
                    try await server.run()
                    end.isThere.withLock { $0 = true }
                }
                try await daemon.told(.noMetrics)
                try await daemon.probe()
                // A service that returns ends the daemon.
                #expect(!end.isThere.withLock { $0 })
                serving.cancel()
            }
        }
    }
}
