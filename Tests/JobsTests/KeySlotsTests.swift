import Jobs
import Testing

@Suite("The places of keys", .timeLimit(.minutes(1)))
struct KeySlotsTests {
    private static let jobs: [JobID] = {
        var random = SeededRandom(seed: 11)
        return (0..<20).map { _ in JobID(using: &random) }
    }()

    private var jobs: [JobID] { Self.jobs }

    private func slots(_ concurrency: Int, held: Int = 0) -> KeySlots {
        var slots = KeySlots()
        slots.configure("main", concurrency: concurrency)
        for job in Self.jobs.prefix(held) { slots.set(job, holds: [(1, "main")]) }
        return slots
    }

    /// Takes the first place that is free, for a job of this index.
    private func take(_ slots: inout KeySlots, _ index: Int, at now: Timestamp = .start) -> Bool {
        slots.take("main", job: jobs[index], attempt: 1, at: now)
    }

    @Test("A key has as many free places as it may have tasks, less those that are held.", arguments: 0...4, 0...5)
    func free(concurrency: Int, held: Int) {
        let slots = slots(concurrency, held: held)
        #expect(slots.free("main", at: .start) == max(0, concurrency - held))
        #expect(slots.held("main") == held)
        #expect(slots.concurrency("main") == concurrency)
    }

    @Test("No more places are given out than there are.")
    func take() {
        var slots = slots(3)
        let taken = (0..<5).map { take(&slots, $0) }
        #expect(taken == [true, true, true, false, false])
        #expect(slots.held("main") == 3)
    }

    @Test("A key that nobody configured has no places.")
    func unknownKey() {
        var slots = slots(3)
        let isTaken = slots.take("other", job: jobs[0], attempt: 1, at: .start)
        #expect(!isTaken)
        #expect(slots.free("other", at: .start) == 0)
        #expect(slots.rest("other", at: .start) == nil)
        #expect(slots.wasFull("other", jitter: 0, at: .start) == .at(10))
    }

    @Test("What a job's record says replaces whatever the job held, with whichever key.")
    func set() {
        var slots = slots(3)
        slots.configure("second", concurrency: 2)
        #expect(take(&slots, 0) && take(&slots, 1))
        slots.set(jobs[0], holds: [(1, "main"), (2, "second")])
        #expect(slots.held("main") == 2 && slots.held("second") == 1)
        slots.set(jobs[0], holds: [(2, "second")])
        #expect(slots.held("main") == 1 && slots.held("second") == 1)
        slots.set(jobs[0], holds: [(2, "second")])
        #expect(slots.held("second") == 1)
        slots.set(jobs[0], holds: [])
        #expect(slots.held("main") == 1 && slots.held("second") == 0)
        slots.set(jobs[0], holds: [])
        #expect(slots.held("main") == 1)
    }

    @Test("A place that is given back is free at once.")
    func giveBack() {
        var slots = slots(1)
        #expect(take(&slots, 0))
        #expect(slots.free("main", at: .start) == 0)
        slots.set(jobs[0], holds: [])
        #expect(slots.free("main", at: .start) == 1)
    }

    @Test("The rests of a full key double from 10 s up to 5 min.")
    func growingRests() {
        var slots = slots(3)
        var now = Timestamp.start
        var rests: [Int64] = []
        for _ in 0..<8 {
            let until = slots.wasFull("main", jitter: 0, at: now)
            rests.append((until - now).milliseconds / 1000)
            now = until
        }
        #expect(rests == [10, 20, 40, 80, 160, 300, 300, 300])
    }

    @Test(
        "Jitter makes a rest up to a fifth longer, whatever number comes.",
        arguments: [(0, 10), (0.5, 11), (1, 12), (7, 12), (-3, 10)]
    )
    func jitter(jitter: Double, seconds: Int64) {
        var slots = slots(3)
        #expect(slots.wasFull("main", jitter: jitter, at: .start) == .at(seconds))
    }

    @Test("What was sent together and is refused together makes one rest.")
    func burst() {
        var slots = slots(3)
        let first = slots.wasFull("main", jitter: 0, at: .start)
        #expect(slots.wasFull("main", jitter: 0, at: .at(1)) == first)
        #expect(slots.wasFull("main", jitter: 0, at: .at(2)) == first)
        #expect(slots.wasFull("main", jitter: 0, at: first) == first + .seconds(20))
    }

    @Test("A resting key gives out no place, and says why and until when it rests.")
    func resting() throws {
        var slots = slots(3)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        #expect(slots.free("main", at: .at(9)) == 0)
        let isTaken = take(&slots, 0, at: .at(9))
        #expect(!isTaken)
        let rest = try #require(slots.rest("main", at: .at(9)))
        #expect(rest.until == .at(10) && rest.reason.english.contains("main"))
        #expect(slots.nextChange(after: .at(9)) == .at(10))
        #expect(slots.rest("main", at: .at(10)) == nil)
        #expect(slots.nextChange(after: .at(10)) == nil)
    }

    @Test("After its rest a full key is tried with one submission at a time, beside whatever runs.", arguments: 0...4)
    func probe(running: Int) {
        var slots = slots(5, held: running)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        #expect(slots.free("main", at: .at(10)) == 1)
        #expect(take(&slots, 10, at: .at(10)))
        #expect(slots.free("main", at: .at(10)) == 0)
        let isSecondTaken = take(&slots, 11, at: .at(10))
        #expect(!isSecondTaken)
    }

    @Test("A probe that came to nothing makes room for the next one.")
    func nextProbe() {
        var slots = slots(5, held: 2)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        #expect(take(&slots, 10, at: .at(10)))
        slots.set(jobs[10], holds: [])
        #expect(slots.free("main", at: .at(10)) == 1)
    }

    @Test("A key that is no longer full fills up slowly: to twice what it has with each submission that is taken.")
    func slowStart() {
        var slots = slots(16)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        var free: [Int] = []
        var index = 0
        while slots.held("main") < 16, index < 16 {
            free.append(slots.free("main", at: .at(10)))
            let first = index
            while index < 16, take(&slots, index, at: .at(10)) { index += 1 }
            for job in jobs[first..<index] { slots.answered("main", job: job, attempt: 1) }
            slots.wasAccepted("main", at: .at(10))
        }
        #expect(free == [1, 1, 2, 4, 4, 4], "twice as many, but never more than may be refused")
    }

    @Test("The answer to what was sent before a key was full does not end its rest.")
    func lateAcceptance() {
        var slots = slots(3, held: 2)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        slots.wasAccepted("main", at: .at(1))
        #expect(slots.free("main", at: .at(2)) == 0)
        #expect(slots.wasFull("main", jitter: 0, at: .at(10)) == .at(30))
    }

    @Test(
        "A key that rests for its account goes on with all its places when the rest is over, not when what was sent before is taken."
    )
    func accountRest() {
        var slots = slots(3)
        slots.rest("main", because: "no coins", until: .at(300))
        #expect(slots.rest("main", at: .at(299))?.reason == "no coins")
        #expect(slots.free("main", at: .at(299)) == 0)
        #expect(slots.free("main", at: .at(300)) == 3)
        slots.rest("main", because: "no coins", until: .at(300))
        slots.wasAccepted("main", at: .at(5))
        #expect(slots.free("main", at: .at(5)) == 0)
        slots.restEnded("main")
        #expect(slots.free("main", at: .at(5)) == 3)
    }

    @Test("A rest for the account is not cut short by a full queue.")
    func longerRestWins() {
        var slots = slots(3)
        slots.rest("main", because: "no coins", until: .at(300))
        #expect(slots.wasFull("main", jitter: 0, at: .start) == .at(300))
        #expect(slots.rest("main", at: .at(20))?.reason == "no coins")
    }

    @Test("The rest of one key leaves the others alone.")
    func others() {
        var slots = slots(3)
        slots.configure("second", concurrency: 2)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        #expect(slots.free("second", at: .start) == 2)
    }

    @Test("Fewer places than are held is none free, and more are free at once.")
    func reconfigure() {
        var slots = slots(3, held: 3)
        slots.configure("main", concurrency: 2)
        #expect(slots.free("main", at: .start) == 0)
        slots.configure("main", concurrency: 5)
        #expect(slots.free("main", at: .start) == 2)
    }

    @Test("A job holds a place from its intent until query's final answer, and of unknown outcome for a minute.")
    func heldPlaces() {
        #expect(held(.queued()) == [])
        #expect(held(.submitting()) == [1])
        #expect(held(.running()) == [1])
        var unconfirmed = JobRecord.submitting()
        _ = unconfirmed.submissionAnswered(attempt: 1, .unknown(reason: "cut"), at: .start)
        #expect(held(unconfirmed, at: .at(59)) == [1])
        #expect(held(unconfirmed, at: .at(60)) == [])
        var fetching = JobRecord.running()
        fetching.reported(.succeeded(results: 1, usage: nil))
        #expect(held(fetching) == [])
        var failed = JobRecord.running()
        failed.failTask()
        #expect(held(failed, at: .at(120)) == [])
    }

    private func held(_ record: JobRecord, at now: Timestamp = .start) -> [Int] {
        record.heldPlaces(at: now).map(\.number)
    }

    @Test("No more than five submissions are refused within a minute, however many wait and however they are sent.")
    func refusalsPerMinute() {
        var slots = slots(100)
        var refused: [Timestamp] = []
        var now = Timestamp.start
        while now < .at(600) {
            var sent: [JobID] = []
            while let job = jobs.first(where: { !sent.contains($0) }), slots.take("main", job: job, attempt: 1, at: now)
            {
                sent.append(job)
            }
            for (index, job) in sent.enumerated() {
                slots.answered("main", job: job, attempt: 1)
                slots.set(job, holds: [])
                // Every third time somebody else has given a place back just then.
                guard index > 0 || refused.count % 3 != 2 else {
                    slots.wasAccepted("main", at: now)
                    continue
                }
                refused.append(now)
                _ = slots.wasFull("main", jitter: 0, at: now)
            }
            now = now + .milliseconds(500)
        }
        #expect(refused.count > 10)
        for time in refused {
            #expect(refused.count { $0 >= time && $0 < time + .seconds(60) } <= KeySlots.mostRefusals)
        }
    }

    @Test("While submissions are unanswered only so many more leave as may be refused.")
    func underWay() {
        var slots = slots(100)
        let taken = (0..<8).map { take(&slots, $0) }
        #expect(taken.count(where: \.self) == KeySlots.mostRefusals)
        slots.answered("main", job: jobs[0], attempt: 1)
        slots.wasAccepted("main", at: .start)
        #expect(slots.free("main", at: .start) == 1)
        slots.set(jobs[1], holds: [])
        #expect(slots.free("main", at: .start) == 2, "one whose intent was not committed is not under way")
    }

    @Test("A rest for the account's sake ends when the account answers well; one for want of places does not.")
    func accountRestEnds() {
        var slots = slots(3)
        slots.rest("main", because: "no coins", until: .at(300))
        #expect(slots.isTroubled("main", at: .start) && slots.free("main", at: .start) == 0)
        slots.restEnded("main")
        #expect(!slots.isTroubled("main", at: .start) && slots.free("main", at: .start) == 3)
        _ = slots.wasFull("main", jitter: 0, at: .start)
        slots.restEnded("main")
        #expect(!slots.isTroubled("main", at: .start) && slots.free("main", at: .start) == 0)
    }

    @Test("A service that cannot take more is left alone as long as it asks.")
    func slowedDown() {
        var slots = slots(3)
        let until = slots.wasFull("main", because: "busy", atLeast: .seconds(45), jitter: 0, at: .start)
        #expect(until == .at(45))
        #expect(slots.rest("main", at: .start)?.reason == "busy")
    }
}
