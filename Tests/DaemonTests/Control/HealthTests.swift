import Jobs
import Ledger
import RunningHubSimulator
import Testing

@testable import Daemon

@Suite("What health is judged by", .timeLimit(.minutes(1)))
struct HealthFactsTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func health(_ change: (inout HealthFacts) -> Void) -> HealthDocument {
        var facts = HealthFacts(now: now)
        facts.obstacles = [("oil", nil), ("ink", nil)]
        change(&facts)
        return HealthDocument(facts)
    }

    private func hold(_ pipeline: String) -> Obstacle {
        .held(Hold(pipeline: pipeline, reason: "held by carol", since: now), pipeline: "oil")
    }

    @Test("All is well where everything goes on, also where all places are taken.")
    func well() {
        let full = Obstacle.full([Obstacle.Places(key: "main", held: 1, all: 1)])
        let rest = Obstacle.keyRests("main", because: "full", until: now, isFull: true)
        let health = health {
            $0.obstacles = [("oil", full), ("ink", rest)]
            $0.counts = ["oil": [.queued: 2, .running: 1], "ink": [.delivered: 5, .queued: 0]]
        }
        #expect(health.level == .well && health.problems.isEmpty)
        #expect(
            health.text(on: Screen(width: nil)) == """
                OK: 2 queued, 1 running, 5 delivered | queued=2 uploading=0 submitting=0 unconfirmed=0 running=1 fetching=0 \
                delivered=5 failed=0

                """
        )
    }

    @Test("What keeps all pipelines from submitting is critical and told once, what keeps one of them is a warning.")
    func obstacles() {
        let one = health { $0.obstacles[0].obstacle = hold("oil") }
        #expect(one.level == .warning)
        #expect(one.problems.first?.text.hasPrefix("oil: The pipeline is held: held by carol.") == true)
        let all = health {
            $0.obstacles = [("oil", hold("")), ("ink", hold(""))]
        }
        #expect(all.level == .critical && all.problems.count == 1)
        #expect(all.problems[0].text.hasSuffix("runninghubctl release --all"), "\(all.problems)")
        let each = health {
            $0.obstacles = [("oil", hold("oil")), ("ink", .diskLow)]
        }
        #expect(each.level == .critical && each.problems.count == 2)
    }

    @Test("No pipeline, no key, and a stage without progress are critical.")
    func nothing() {
        #expect(health { $0.obstacles = [] }.level == .critical)
        let keyless = health {
            $0.hasKeys = false
            $0.obstacles = [("oil", .noKey(named: [])), ("ink", .noKey(named: []))]
        }
        #expect(keyless.problems.map(\.text) == ["There is no API key: runninghubd key add NAME"])
        #expect(health { $0.stuck = ["sending"] }.level == .critical)
    }

    @Test("RunningHub's silence is a warning after two minutes, and critical after a quarter of an hour.")
    func silence() {
        #expect(health { $0.silentSince = now - .seconds(119) }.level == .well)
        #expect(health { $0.silentSince = now - .seconds(120) }.level == .warning)
        #expect(health { $0.silentSince = now - .seconds(899) }.level == .warning)
        #expect(health { $0.silentSince = now - .seconds(900) }.level == .critical)
    }

    @Test(
        "A key that rests while others go on, and submissions of unknown outcome, are warnings; the worst comes first."
    )
    func warnings() {
        let health = health {
            $0.resting = [("main", "its coins are used up")]
            $0.counts = ["oil": [.unconfirmed: 3]]
            $0.silentSince = now - .seconds(3600)
        }
        #expect(health.problems.map(\.level) == [.critical, .warning, .warning])
        #expect(health.problems.contains { $0.text == "Key main rests: its coins are used up." })
        #expect(health.problems.contains { $0.text.hasPrefix("Of unknown outcome: 3") })
    }

    @Test("A pipeline whose folders are closed is a warning with what to do, and critical where there is no other.")
    func closed() {
        let sentence = "Pipeline ink is out of service. Run: groupadd ink"
        let some = health {
            $0.obstacles = [("oil", nil)]
            $0.closed = [sentence]
        }
        #expect(some.level == .warning && some.problems.map(\.text) == [sentence])
        let all = health {
            $0.obstacles = []
            $0.closed = [sentence]
        }
        #expect(all.level == .critical && all.problems.count == 1)
    }

    @Test("A daemon that runs with what it was started with is warned of files that would stop its next start.")
    func wrongFiles() {
        var health = health { _ in }
        health.add(ConfigurationReading(configuration: nil, problems: [], documents: []))
        #expect(health.level == .warning)
        let text = health.problems.map(\.text).joined()
        #expect(text.contains("would stop the next start; see: runninghubd check"))
    }

    @Test("A bar within a sentence does not begin the figures, and a pipeline out of service is added.")
    func line() {
        var health = health { $0.resting = [("main", "a|b")] }
        var configuration = Configuration()
        configuration.outOfService = ["poster"]
        health.add(ConfigurationReading(configuration: configuration, problems: [], documents: []))
        let text = health.text(on: Screen(width: 20))
        #expect(text.split(separator: "|").count == 2 && text.hasPrefix("WARNING: Key main rests: a/b; "))
        #expect(text.contains("poster"))
        #expect(HealthDocument(unknown: "No daemon.").text(on: Screen(width: nil)) == "UNKNOWN: No daemon\n")
        #expect(HealthDocument.Level.allCases.map(\.exitCode) == [0, 1, 2, 3])
    }
}

extension EngineTests {
    @Suite("health", .timeLimit(.minutes(1)))
    struct HealthTests {
        @Test("A daemon at work is well; one that holds everything is not, until it is released.")
        func levels() async throws {
            try await withDaemon { daemon in
                try await daemon.withControl { client in
                    #expect(try await client.health().level == .well)
                    _ = try await client.hold(nil)
                    let held = try await client.health()
                    #expect(held.level == .critical)
                    #expect(held.problems.first?.text.contains("runninghubctl release --all") == true)
                    _ = try await client.release(nil)
                    #expect(try await client.health().problems == [])
                }
            }
        }

        @Test("A key that RunningHub refuses is told as what keeps everything from going on.")
        func refusedKey() async throws {
            try await withDaemon {
                $0.keys = ["unknown": 1]
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.keyRests)
                try await daemon.withControl { client in
                    let health = try await client.health()
                    #expect(health.level == .critical, "\(health)")
                    #expect(health.problems.first?.text.hasPrefix("Key unknown rests") == true, "\(health)")
                    #expect(health.jobs["queued"] == 1 || health.jobs["uploading"] == 1)
                }
            }
        }
    }
}
