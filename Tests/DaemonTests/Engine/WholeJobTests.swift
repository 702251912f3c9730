import FoundationEssentials
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("A whole job", .timeLimit(.minutes(1)))
    struct WholeJobTests {
        @Test(
            "A dropped file becomes a result, with a manifest that tells the truth.",
            arguments: [Pipeline.Target.aiApp("2016740236478386178"), .workflow("1904136902449209346")]
        )
        func wholeJob(target: Pipeline.Target) async throws {
            try await withDaemon {
                $0.pipelines = [.oil("oil", target)]
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(try daemon.content(.outbox, "cat.png") == picture)
                #expect(try daemon.content(.done, "cat.png") == picture)
                #expect(daemon.list(.inbox).isEmpty && daemon.list(.work).isEmpty && daemon.list(.failed).isEmpty)
                try await expectTruth(daemon, picture)
            }
        }

        @Test("A file with the longest name that there is becomes a result too.")
        func longestName() async throws {
            try await withDaemon { daemon in
                let name = String(repeating: "x", count: 251) + ".png"
                let picture = try daemon.drop(name)
                try await daemon.told(.tidied)
                #expect(try daemon.content(.done, name) == picture)
                #expect(daemon.list(.outbox).count == 2 && daemon.list(.inbox).isEmpty)
            }
        }

        private func expectTruth(_ daemon: EngineHarness, _ picture: [UInt8]) async throws {
            let record = await daemon.simulator.record
            let task = try #require(record.tasks.first)
            let manifest = try daemon.manifest("cat")
            #expect(manifest.schema == 1 && manifest.pipeline == "oil" && manifest.key == "main")
            #expect(manifest.taskID == task.id)
            #expect(manifest.attempts == 1)
            #expect(manifest.sources.map(\.name) == ["cat.png"])
            #expect(manifest.sources[0].sha256 == record.uploads[0].sha256)
            #expect(manifest.sources[0].uploadedAs == record.uploads[0].name)
            #expect(manifest.sources[0].bytes == Int64(picture.count))
            #expect(manifest.outputs.map(\.file) == ["cat.png"])
            #expect(manifest.outputs.map(\.sha256) == task.outputs.map(\.sha256))
            #expect(manifest.outputs.map(\.bytes) == task.outputs.map { Int64($0.bytes) })
            #expect(manifest.outputs.map(\.nodeID) == ["9"])
            #expect(record.submissions.count == 1)
        }

        @Test("The submission has the pipeline's values, the upload's name and the address of the callback.")
        func submission() async throws {
            try await withDaemon {
                $0.pipeline {
                    $0.nodes = [.file(), .text("{stem} in oil"), .init(id: "3", field: "steps", value: .integer(20))]
                }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.delivered)
                let submission = try #require(await daemon.submissions.first)
                let upload = try #require(await daemon.simulator.record.uploads.first?.name)
                #expect(submission.nodes.map(\.value) == [upload, "cat in oil", "20"])
                let job = try #require(try await daemon.told(.taken).job)
                #expect(submission.webhookURL?.hasPrefix("\(daemon.publicURL)/callback/\(job)/1/") == true)
            }
        }

        @Test(
            "All outputs are delivered: texts without an address, upper-case types, wrong content types, without a node."
        )
        func severalOutputs() async throws {
            var text = OutputSettings(.text, node: "12")
            text.text = "a harbour at dawn"
            var upper = OutputSettings(.generated, type: "jpg", bytes: 3000, node: "")
            upper.upperCase = true
            var wrong = OutputSettings(.generated, type: "png", bytes: 5000)
            wrong.contentType = "text/html"
            let outputs = [OutputSettings(.generated, type: "mp4", bytes: 70_000), text, upper, wrong]
            try await withDaemon {
                $0.cloud.results.outputs = outputs
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.delivered)
                let names = ["cat.mp4", "cat-2.txt", "cat-3.jpg", "cat-4.png"]
                #expect(daemon.list(.outbox) == (names + ["cat.result.json"]).sorted())
                #expect(try daemon.text(.outbox, "cat-2.txt") == "a harbour at dawn")
                let manifest = try daemon.manifest("cat")
                #expect(manifest.outputs.map(\.file) == names)
                #expect(manifest.outputs.map(\.nodeID) == ["9", "12", nil, "9"])
                let made = try #require(await daemon.simulator.record.tasks.first?.outputs)
                #expect(manifest.outputs[0].sha256 == made[0].sha256)
                #expect(manifest.outputs[2].sha256 == made[2].sha256)
                #expect(manifest.outputs[3].sha256 == made[3].sha256)
                for output in manifest.outputs {
                    #expect(Int64(try daemon.content(.outbox, output.file).count) == output.bytes)
                }
            }
        }

        @Test("An original is deleted where the pipeline says so.")
        func deleted() async throws {
            try await withDaemon {
                $0.pipeline { $0.afterDelivery = .delete }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
                #expect(daemon.list(.done).isEmpty && daemon.list(.work).isEmpty)
            }
        }

        @Test(
            "An original is kept where its task came to nothing, also where the pipeline deletes originals.",
            .bug(
                "https://github.com/paperless-ngx/paperless-ngx/issues/2396",
                "the source is deleted although the work failed"
            )
        )
        func keptAfterFailure() async throws {
            try await withDaemon {
                $0.pipeline { $0.afterDelivery = .delete }
                $0.cloud.faults.submit.errors = [CodeFault(380, .next(1))]
            } _: { daemon in
                let picture = try daemon.drop("cat.png")
                try await daemon.told(.tidied)
                #expect(daemon.list(.failed) == ["cat.png", "cat.png.error.json", "cat.png.error.txt"])
                #expect(try daemon.content(.failed, "cat.png") == picture)
            }
        }

        @Test(
            "A name that is taken in the outbox makes the whole job another one, and nothing is overwritten.",
            arguments: ["cat.png", "CAT.result.json"]
        )
        func nameTaken(taken: String) async throws {
            try await withDaemon { daemon in
                let path = daemon.path(.outbox, taken)
                try Data("mine".utf8).write(to: URL(filePath: path))
                try daemon.drop("cat.png")
                try await daemon.told(.delivered)
                #expect(daemon.list(.outbox) == [taken, "cat (2).png", "cat (2).result.json"].sorted())
                #expect(try daemon.text(.outbox, taken) == "mine")
                #expect(try daemon.manifest("cat (2)").outputs.map(\.file) == ["cat (2).png"])
            }
        }

        @Test("Files of one name, dropped one after the other, are jobs of their own, each with its own result.")
        func sameName() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let pictures = ["one", "two", "three"].map { EngineHarness.picture($0) }
                for (index, picture) in pictures.enumerated() {
                    try daemon.drop("cat.png", picture)
                    try await daemon.cloud { $0.tasks.count == index + 1 }
                }
                #expect(daemon.list(.work) == ["cat (2).png", "cat (3).png", "cat.png"])
                for task in await daemon.simulator.record.tasks {
                    let count = daemon.journal.all(.tidied).count
                    await daemon.simulator.finish(task.id)
                    try await daemon.told(.tidied, times: count + 1)
                }
                #expect(try daemon.content(.outbox, "cat.png") == pictures[0])
                #expect(try daemon.content(.outbox, "cat (2).png") == pictures[1])
                #expect(try daemon.content(.outbox, "cat (3).png") == pictures[2])
                #expect(try daemon.content(.done, "cat.png") == pictures[0])
                #expect(daemon.list(.done).count == 3 && daemon.list(.work).isEmpty)
            }
        }

        @Test(
            "A dropped folder is a batch: results and originals keep its path.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/167", "sub-folders are not worked through")
        )
        func batch() async throws {
            try await withDaemon { daemon in
                let folder = "\(daemon.root)/drop/trip"
                for path in ["day 1/cat.png", "day 1/dog.png", "day 2/sea/cat.png"] {
                    let file = URL(filePath: "\(folder)/\(path)")
                    try FileManager.default.createDirectory(
                        at: file.deletingLastPathComponent(),
                        withIntermediateDirectories: true
                    )
                    try Data(EngineHarness.picture(path)).write(to: file)
                }
                try EngineHarness.move(folder, to: daemon.path(.inbox, "trip"))
                try await daemon.told(.tidied, times: 3)
                let originals = ["trip/day 1/cat.png", "trip/day 1/dog.png", "trip/day 2/sea/cat.png"]
                let manifests = [
                    "trip/day 1/cat.result.json", "trip/day 1/dog.result.json", "trip/day 2/sea/cat.result.json",
                ]
                #expect(daemon.list(.outbox) == (originals + manifests).sorted())
                #expect(daemon.list(.done) == originals)
                #expect(
                    try daemon.content(.outbox, "trip/day 2/sea/cat.png") == EngineHarness.picture("day 2/sea/cat.png")
                )
                #expect(try daemon.manifest("trip/day 1/dog").sources.map(\.name) == ["trip/day 1/dog.png"])
            }
        }
    }
}
