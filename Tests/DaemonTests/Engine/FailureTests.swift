import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What ComfyUI says of a failure", .timeLimit(.minutes(1)))
    struct FailureTests {
        @Test(
            "Its reason is one line in note, document and journal, whichever way it is written and asked for.",
            arguments: [FormSettings.FailedReason.documented, .texts, .arrays, .json],
            [Pipeline.API.v2, .v1]
        )
        func reason(form: FormSettings.FailedReason, api: Pipeline.API) async throws {
            try await withDaemon {
                $0.cloud.forms.failedReason = form
                $0.cloud.faults.tasks.failures = [TaskFailureFault(TaskFailure(), .always)]
                $0.pipeline { $0.api = api }
                if api == .v1 { $0.cloud.answers.ignorantPaths = ["/openapi/v2/query"] }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 500)
                try await daemon.told(.tidied)
                let line = "Node 4 (KSampler): RuntimeError: Error while processing the node"
                let notes = try daemon.notes("cat.png")
                #expect(notes.node == line && notes.node_id == "4" && notes.message.contains(line))
                #expect(notes.code == (api == .v2 ? "1000" : "805"))
                let text = try daemon.text(.failed, "cat.png.error.txt").split(separator: "\n")
                #expect(text.count == 3 && text[0].contains(line))
                #expect(try await daemon.told(.failed).text.contains(line))
            }
        }

        private static let complaint =
            "Node 4 (CheckpointLoaderSimple): Value not in list: ckpt_name: 'missing.safetensors' not in []"

        @Test(
            "A workflow that was taken with complaints fails with them, though query forgets them.",
            arguments: [true, false]
        )
        func complaints(isRepeated: Bool) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.badPromptTips = .always
                $0.cloud.answers.failureTips = isRepeated
            } _: { daemon in
                try daemon.drop("cat.png")
                #expect(try await daemon.told(.submitted).text.contains(", but says: "))
                daemon.clock.advance(by: .seconds(31))
                daemon.clock.run(times: 100)
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.message.contains(Self.complaint), "\(notes.message)")
                #expect(notes.message.split(separator: "CheckpointLoaderSimple").count == 2)
                #expect(notes.code == "433" && notes.hint.contains("nodes"))
                #expect(try await daemon.told(.failed).text.contains(Self.complaint))
            }
        }

        @Test("A submission that is refused for its workflow says which node is wrong.", arguments: [433, 803])
        func refused(code: Int) async throws {
            try await withDaemon {
                $0.cloud.answers.refusalTips = true
                $0.cloud.faults.submit.errors = [CodeFault(code, .always)]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.message.contains(Self.complaint) && notes.node?.contains(Self.complaint) == true)
                #expect(try await daemon.told(.failed).text.contains(Self.complaint))
            }
        }

        @Test(
            "Out of memory suggests the next larger machine.",
            arguments: [
                (Pipeline.InstanceType.default, "`instance_type: plus`"), (.plus, "`instance_type: ultra`"),
                (.ultra, "a smaller input"),
            ]
        )
        func memory(machine: Pipeline.InstanceType, advice: String) async throws {
            try await withDaemon {
                $0.cloud.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)]
                $0.pipeline { $0.instanceType = machine }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 500)
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.hint.lowercased().contains(advice.lowercased()), "\(notes.hint)")
                #expect(notes.message.hasPrefix("The machine ran out of graphics memory."))
            }
        }

        @Test("Moderation that only words tell says so, and is not paid for twice.")
        func moderation() async throws {
            try await withDaemon {
                let failure = TaskFailure(code: 805, message: "Porn", exceptionType: "")
                $0.cloud.faults.tasks.failures = [TaskFailureFault(failure, .always)]
                $0.pipeline { $0.retries = 2 }
            } _: { daemon in
                try daemon.drop("cat.png")
                daemon.clock.run(times: 500)
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.message.hasPrefix("RunningHub's content moderation refused this job."))
                #expect(notes.hint.contains("Change the picture or the text") && notes.attempts == 1)
            }
        }
    }
}
