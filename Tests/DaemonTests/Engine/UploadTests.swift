import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Uploads", .timeLimit(.minutes(1)))
    struct UploadTests {
        @Test(
            "A file that is not for the pipeline goes to failed/ before a byte is sent, and costs nothing.",
            arguments: [
                ("over the limit", "cat.png", EngineHarness.picture("large", bytes: 5000)),
                ("of a kind that is not accepted", "cat.png", Array("GIF89a".utf8) + EngineHarness.picture("gif")),
                ("of no known kind", "cat.png", Array(repeating: 0, count: 300)),
            ]
        )
        func notAccepted(why: String, name: String, content: [UInt8]) async throws {
            try await withDaemon {
                $0.pipeline {
                    $0.limits.upload = 4000
                    $0.accept = ["png", "jpg"]
                }
            } _: { daemon in
                try daemon.drop(name, content)
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == [name, "\(name).error.json", "\(name).error.txt"])
                let notes = try daemon.notes(name)
                #expect(notes.name == "not-accepted" && !notes.may_have_been_paid)
                #expect(try daemon.content(.failed, name) == content)
                #expect(await daemon.simulator.record.requests.isEmpty)
            }
        }

        @Test("A file that the cloud finds too large goes to failed/ with what to do, and nothing is submitted.")
        func tooLargeForTheCloud() async throws {
            try await withDaemon {
                $0.cloud.uploads.largestFile = 1000
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "upload-refused" && notes.code == "809" && !notes.may_have_been_paid)
                #expect(await daemon.submissions.isEmpty)
            }
        }

        /// What can go wrong with an upload and pass.
        enum Trouble: CaseIterable, Sendable {
            case gateway, cut, cutMidway, lostAnswer, garbage, busy

            func put(into faults: inout FaultSettings) {
                switch self {
                case .gateway: faults.upload.http = [StatusFault(502, .next(2))]
                case .cut: faults.upload.cutBefore = .next(2)
                case .cutMidway: faults.uploadCutMidway = .next(2)
                case .lostAnswer: faults.upload.lostByCut = .next(2)
                case .garbage: faults.upload.lostByGarbage = .next(2)
                case .busy: faults.upload.errors = [CodeFault(1003, .next(2))]
                }
            }
        }

        @Test(
            "An upload that fails for a reason that passes is made again, and submitted once.",
            arguments: Trouble.allCases
        )
        func again(trouble: Trouble) async throws {
            try await withDaemon {
                trouble.put(into: &$0.cloud.faults)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.uploadFailed, times: 2)
                #expect(await daemon.submissions.isEmpty)
                daemon.clock.run(times: 100)
                try await daemon.told(.delivered)
                let manifest = try daemon.manifest("cat")
                #expect(manifest.attempts == 1)
                let sent = try #require(await daemon.simulator.record.uploads.last)
                #expect(manifest.sources[0].sha256 == sent.sha256 && manifest.sources[0].uploadedAs == sent.name)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test(
            "A file that changes while it is uploaded is sent again whole, and only that is submitted.",
            .bug("https://github.com/papra-hq/papra/issues/1168", "a file taken before it is finished")
        )
        func changed() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.slow = .next(1)
                $0.cloud.faults.upload.slowTime = 3
            } _: { daemon in
                let first = try daemon.drop("cat.png")
                try await daemon.event { if case .uploaded = $0 { true } else { false } }
                let whole = first + EngineHarness.picture("more")
                try Data(whole).write(to: URL(filePath: daemon.path(.work, "cat.png")), options: [])
                try await daemon.told(.changed)
                try await daemon.told(.delivered)
                #expect(try daemon.content(.outbox, "cat.png") == whole)
                let record = await daemon.simulator.record
                #expect(record.uploads.map(\.bytes) == [first.count, whole.count])
                #expect(record.submissions.count == 1)
                #expect(record.submissions[0].uploads == [record.uploads[1].name])
                #expect(try daemon.manifest("cat").sources[0].sha256 == record.uploads[1].sha256)
            }
        }

        @Test(
            "A file that is written to after its submission is told, and kept with all of it.",
            arguments: [Pipeline.AfterDelivery.keep, .delete]
        )
        func writtenLate(afterDelivery: Pipeline.AfterDelivery) async throws {
            try await withDaemon {
                $0.cloud.tasks.manual = true
                $0.pipeline { $0.afterDelivery = afterDelivery }
            } _: { daemon in
                let first = try daemon.drop("cat.png")
                let submitted = try await daemon.told(.submitted)
                let whole = first + EngineHarness.picture("more")
                try Data(whole).write(to: URL(filePath: daemon.path(.work, "cat.png")), options: [])
                await daemon.simulator.finish(try #require(submitted.fields["task"]))
                try await daemon.told(.writtenLate, about: "cat.png")
                try await daemon.told(.tidied)
                #expect(try daemon.content(.outbox, "cat.png") == first)
                #expect(try daemon.content(.done, "cat.png") == whole)
                #expect(await daemon.submissions.count == 1)
            }
        }

        @Test("A file that is taken out of work/ while it waits is withdrawn: nothing is paid.")
        func withdrawn() async throws {
            try await withDaemon {
                $0.cloud = .manual
                $0.keys = ["main": 1]
            } _: { daemon in
                try daemon.drop("first.png")
                try await daemon.cloud { $0.tasks.count == 1 }
                try daemon.drop("cat.png")
                try await daemon.told(.taken, about: "cat.png")
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/cat.png")
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                try await daemon.told(.withdrawn, about: "cat.png")
                #expect(try await daemon.record(of: "cat.png").job.state == .cancelled)
                try await daemon.told(.delivered, about: "first.png")
                await daemon.simulator.update { $0.tasks.manual = false }
                try await daemon.probe()
                #expect(await daemon.submissions.count == 2)
                #expect(daemon.list(.failed).isEmpty)
            }
        }

        @Test("A dropped text becomes a node's value, without an upload.")
        func text() async throws {
            try await withDaemon {
                $0.pipeline { $0.nodes = [.text("{text}")] }
            } _: { daemon in
                try daemon.drop("wish.txt", Array("a harbour at dawn, 黎明".utf8))
                try await daemon.told(.delivered)
                #expect(await daemon.submissions[0].nodes.map(\.value) == ["a harbour at dawn, 黎明"])
                #expect(await daemon.simulator.record.uploads.isEmpty)
            }
        }
    }
}
