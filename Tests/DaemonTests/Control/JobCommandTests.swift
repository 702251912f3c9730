import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("jobs and show", .timeLimit(.minutes(1)))
    struct JobCommandTests {
        @Test("Jobs are listed with their state and what they wait for, those first whose state changed last.")
        func list() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                try daemon.drop("first.png")
                try await daemon.told(.submitted, about: "first.png")
                try daemon.drop("second.png")
                try await daemon.told(.taken, about: "second.png")
                try await daemon.told(.uploaded, about: "second.png")
                try await daemon.withControl { client in
                    let all = try await client.jobs(limit: 10)
                    #expect(all.jobs.map(\.file) == ["second.png", "first.png"])
                    #expect(all.jobs.map(\.state) == ["queued", "running"])
                    #expect(all.jobs[0].standing.reason == "All places are taken of key main (1 of 1).")
                    #expect(all.next == nil)
                    let running = try await client.jobs(states: ["running", "failed"], pipeline: "oil", limit: 10)
                    #expect(running.jobs.map(\.file) == ["first.png"])
                    let page = try await client.jobs(limit: 1)
                    #expect(page.jobs.map(\.file) == ["second.png"])
                    #expect(try await client.jobs(after: page.next, limit: 5).jobs.map(\.file) == ["first.png"])
                    let lines = all.text(on: Screen(width: 60)).split(separator: "\n")
                    #expect(lines.count == 2 && lines.allSatisfy { $0.count <= 60 })
                    #expect(lines[0].hasPrefix("\(all.jobs[0].id)  queued "))
                    #expect(all.text(on: Screen(width: nil)).contains("oil/second.png: All places are taken"))
                }
            }
        }

        @Test("A state or pipeline that there is none of is refused with those that there are.")
        func unknown() async throws {
            try await withDaemon { daemon in
                try await daemon.withControl { client in
                    let state = try await daemon.refusal { try await client.jobs(states: ["done"], limit: 1) }
                    #expect(state.code == 1 && state.message.contains("delivered"))
                    let pipeline = try await daemon.refusal { try await client.jobs(pipeline: "ink", limit: 1) }
                    #expect(pipeline.code == 1 && pipeline.message == "There is no pipeline ink; there are: oil.")
                }
            }
        }

        @Test(
            "A failed job shows its whole history, what it cost, the node, the hint and ComfyUI's traceback.",
            .bug("https://github.com/immich-app/immich/pull/18845", "output as JSON")
        )
        func failed() async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.doubted)
                daemon.clock.advance(by: .seconds(31))
                try await daemon.told(.tidied)
                let id = try await daemon.record(of: "cat.png").job.id
                try await daemon.withControl { client in
                    let job = try await client.job(String(id.text.prefix(9)))
                    #expect(job.id == id.text && job.state == "failed" && job.pipeline == "oil")
                    #expect(job.path == daemon.path(.failed, "cat.png"))
                    // The callback can be faster than the answer to the submission, and then names the task.
                    let steps = job.history.map(\.step).filter { $0 != "adopted" }
                    #expect(Set(steps.dropFirst(2).prefix(2)) == ["submitted", "called"], "\(steps)")
                    #expect(steps.prefix(2) == ["taken", "uploaded"])
                    #expect(steps.dropFirst(4) == ["doubted", "task-failed", "failed", "tidied"])
                    #expect(job.history.allSatisfy { !$0.text.isEmpty && $0.at <= job.at })
                    let failure = try #require(job.failure)
                    #expect(failure.name == "task-failed" && failure.code == "805" && failure.node == "4")
                    #expect(failure.hint.contains("instance_type") && failure.mayHaveBeenPaid)
                    #expect(failure.detail?.contains("Traceback") == true || failure.detail?.contains("File") == true)
                    #expect(job.standing.reason == failure.message && job.standing.next == failure.hint)
                    let attempt = try #require(job.attempts.first)
                    #expect(attempt.coins == "6" && attempt.status == "FAILED" && attempt.key == "main")
                    let text = job.text(on: Screen(width: 80))
                    #expect(text.contains("\ndetail\n") && text.contains("cost 6 coins"))
                    #expect(try job.json().contains("\"task_id\""))
                }
            }
        }

        @Test("The beginning of an id that fits several jobs lists them; one that fits none says so.")
        func ambiguous() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
                // More than there are first characters, so that two share theirs.
                for number in 0...alphabet.count { try daemon.drop("\(number).png") }
                try await daemon.told(.taken, times: alphabet.count + 1)
                let ids = daemon.journal.all(.taken).compactMap { $0.job?.text }
                let counts = Dictionary(grouping: ids) { $0.prefix(1) }
                let (first, several) = try #require(counts.first { $0.value.count > 1 })
                try await daemon.withControl { client in
                    let refused = try await daemon.refusal { try await client.job(String(first)) }
                    #expect(refused.code == 1)
                    #expect(several.allSatisfy { refused.message.contains($0) }, "\(refused.message)")
                    let none = try await daemon.refusal { try await client.job("uuuu") }
                    #expect(none.code == 1 && none.message.contains("runninghubctl jobs"))
                    #expect(try await daemon.refusal { try await client.job("../x") }.code == 64)
                }
            }
        }

        @Test("Where no daemon answers, that is another exit code.")
        func stopped() async throws {
            try await withDaemon { daemon in
                let client = ControlClient(socket: "\(daemon.root)/nobody.sock")
                let refused = try await daemon.refusal { try await client.jobs(limit: 1) }
                #expect(refused.code == 69 && refused.message.contains("systemctl start"))
            }
        }
    }
}
