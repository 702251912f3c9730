import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("The order of submissions", .timeLimit(.minutes(1)))
    struct OrderTests {
        @Test("What was dropped first is submitted first, however long each upload takes.", arguments: [1, 3])
        func strict(concurrency: Int) async throws {
            try await withDaemon {
                $0.keys = ["main": concurrency]
                $0.cloud.faults.upload.slow = .always
                $0.cloud.faults.upload.slowTime = SecondsRange(0, 0.08)
            } _: { daemon in
                var digests: [String] = []
                for number in 1...30 {
                    let name = "\(number).png"
                    let content = EngineHarness.picture(name, bytes: 500 + number * 7919 % 30 * 2000)
                    digests.append(EngineHarness.sha256(try daemon.drop(name, content)))
                    try await daemon.told(.taken, about: name)
                }
                try await daemon.told(.tidied, times: 30)
                let uploads = await daemon.simulator.record.uploads
                let sent = await daemon.submissions.map { submission in
                    uploads.first { $0.name == submission.uploads.first }?.sha256
                }
                // With several places the posts of neighbours may cross on their way.
                let places = sent.map { digest in digests.firstIndex { $0 == digest } ?? -1 }
                let strayed = zip(places, 0...).map { abs($0 - $1) }.max() ?? 0
                #expect(strayed < concurrency, "\(places)")
                #expect(Set(places).count == 30)
            }
        }

        @Test("Nothing is submitted before an older file whose upload is under way, and at once after it.")
        func waitsForItsTurn() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.slow = .next(1)
                $0.cloud.faults.upload.slowTime = 0.5
            } _: { daemon in
                try daemon.drop("old.png")
                try await daemon.event { if case .uploaded = $0 { true } else { false } }
                try daemon.drop("young.png")
                try await daemon.told(.uploaded, about: "young.png")
                try await daemon.told(.tidied, times: 2)
                // By their intents: on their way, and their answers back, neighbours may cross.
                let old = try #require(await daemon.record(of: "old.png").attempts.first)
                let young = try #require(await daemon.record(of: "young.png").attempts.first)
                #expect(old.postedAt <= young.postedAt)
            }
        }

        @Test(
            "A file that waits after a failed upload keeps nobody.",
            .bug("https://github.com/jlesage/docker-handbrake/issues/303", "hangs")
        )
        func resting() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.errors = [CodeFault(808, .next(1))]
            } _: { daemon in
                try daemon.drop("old.png")
                try await daemon.told(.uploadFailed, about: "old.png")
                // However long the other takes.
                daemon.clock.run(times: 0)
                try daemon.drop("young.png")
                try await daemon.told(.delivered, about: "young.png")
                #expect(try await daemon.record(of: "old.png").job.state == .queued)
                daemon.clock.advance(by: .seconds(6))
                // Of what falls due while the stage looks it takes notice a tenth of a second later.
                daemon.clock.run(times: 1)
                try await daemon.told(.delivered, about: "old.png")
            }
        }

        @Test(
            "An upload that takes longer than a minute keeps nobody any more.",
            .bug("https://github.com/danfruehauf/incron/issues/12", "hangs")
        )
        func slow() async throws {
            try await withDaemon {
                $0.cloud.faults.upload.slow = .next(1)
                $0.cloud.faults.upload.slowTime = 20
            } _: { daemon in
                try daemon.drop("old.png")
                try await daemon.event { if case .uploaded = $0 { true } else { false } }
                try daemon.drop("young.png")
                try await daemon.told(.uploaded, about: "young.png")
                #expect(await daemon.submissions.isEmpty)
                daemon.clock.advance(by: .seconds(61))
                try await daemon.told(.delivered, about: "young.png")
                #expect(daemon.journal.all(.uploaded, about: "old.png").isEmpty)
            }
        }
    }
}
