import Jobs
import Testing

@Suite("A job that is the same as one under way", .timeLimit(.minutes(1)))
struct JoiningTests {
    private static func follower() throws -> JobRecord {
        let id = try #require(JobID("bbbbbbbbbbbb"))
        let place = RelativePath.sample("cat.png")
        var record = JobRecord(
            job: Job(id: id, pipeline: "oil", origin: place, place: place, identity: .sample, at: .start)
        )
        _ = record.claimCompleted(identity: .sample, at: .start)
        return record
    }

    /// A job that waits for one under way, and that one.
    private static func pair() throws -> (follower: JobRecord, leader: JobRecord) {
        var (follower, leader) = (try Self.follower(), JobRecord.submitting())
        leader.job.digest = "d"
        #expect(follower.joins(leader.job, digests: ["": "d"], at: .at(1)) == .applied)
        return (follower, leader)
    }

    @Test("The order of a pipeline's nodes, and so of the files of a job folder, does not count")
    func order() throws {
        var (one, other) = (Pipeline.sample(), Pipeline.sample())
        one.nodes = ["1", "2"].map { .init(id: $0, field: "image", value: .integer(1)) }
        other.nodes = one.nodes.reversed()
        #expect(one.asksForSame(as: other))
        other.nodes[0].value = .integer(2)
        #expect(!one.asksForSame(as: other))

        var (follower, leader) = try Self.pair()
        let name = RelativePath.sample("cat.png").name
        follower.job.kind = .folder
        follower.job.inputs = ["a", "b"].map { .init(stem: $0, name: name, identity: .sample, digest: $0) }
        leader.job.kind = .folder
        leader.job.inputs = follower.job.inputs.reversed()
        leader.job.state = .delivered
        #expect(follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9)) == .applied)
        #expect(follower.job.state == .delivered)
    }

    @Test("It waits without end, is told whom it waits for, and neither uploaded nor submitted")
    func waits() throws {
        var (follower, leader) = try Self.pair()
        #expect(follower.job.joined == leader.job.id && follower.job.dueAt == .never && follower.job.digest == "d")
        #expect(follower.stories.last == Story(.joined, leader.job.id.text))
        #expect(follower.uploadStarted(at: .at(2)) != .applied)
        let number = follower.submissionIntended(
            key: "main",
            site: "ai",
            settings: .sample(),
            hasWebhook: true,
            at: .at(2)
        )
        #expect(number == nil)
        #expect(follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(3)) == .applied)
        #expect(follower.job.dueAt == .never && follower.job.state == .queued)
    }

    @Test("It joins nobody who had ended when it came, is to be cancelled, waits itself, or is itself")
    func refuses() throws {
        var follower = try Self.follower()
        let lone = follower
        var (other, leader) = try Self.pair()
        #expect(follower.joins(other.job, digests: [:], at: .at(1)) != .applied)
        #expect(follower.joins(follower.job, digests: [:], at: .at(1)) != .applied)
        leader.job.state = .delivered
        leader.job.stateSince = follower.job.createdAt - .seconds(1)
        #expect(follower.joins(leader.job, digests: [:], at: .at(1)) != .applied)
        leader.job.state = .running
        leader.job.isCancelWished = true
        #expect(follower.joins(leader.job, digests: [:], at: .at(1)) != .applied)
        #expect(follower == lone)
        #expect(other.joins(JobRecord.submitting().job, digests: [:], at: .at(1)) != .applied)
    }

    @Test("It joins one that has delivered while it waited for its turn, and is looked at right away")
    func deliveredMeanwhile() throws {
        var follower = try Self.follower()
        var leader = try Self.pair().leader
        leader.job.state = .delivered
        leader.job.stateSince = follower.job.createdAt + .seconds(1)
        #expect(follower.joins(leader.job, digests: [:], at: .at(2)) == .applied)
        #expect(follower.job.joined == leader.job.id && follower.job.dueAt == .at(2))
    }

    @Test("One that came back does not join what was delivered before it did, however long ago it was dropped")
    func deliveredBefore() throws {
        var follower = try Self.follower()
        var leader = try Self.pair().leader
        _ = follower.cancelRequested(at: .at(1))
        _ = follower.tidied(place: .sample("cat.png"), identity: nil, at: .at(2))
        let place = RelativePath.sample("cat.png")
        _ = follower.cameBack(origin: place, place: place, identity: .sample, at: .at(1000))
        #expect(follower.claimCompleted(identity: .sample, at: .at(1001)) == .applied)
        leader.job.state = .delivered
        leader.job.stateSince = .at(500)
        #expect(follower.joins(leader.job, digests: [:], at: .at(1002)) != .applied)
        leader.job.stateSince = .at(1001)
        #expect(follower.joins(leader.job, digests: [:], at: .at(1002)) == .applied)
    }

    @Test("It is delivered with the other, and its original goes where that one's does")
    func delivered() throws {
        for after in Pipeline.AfterDelivery.allCases {
            var (follower, leader) = try Self.pair()
            leader.job.state = .delivered
            #expect(follower.leaderSeen(leader.job, afterDelivery: after, at: .at(9)) == .applied)
            #expect(follower.job.state == .delivered && follower.attempts.isEmpty)
            #expect(follower.job.duty == (after == .keep ? .done : .delete))
        }
    }

    @Test(
        "Where the other's task may have been paid, it advises to look after that one: this one would be paid anew",
        arguments: [Failure.Name.resultUnfetched, .resultExpired, .noResults, .outcomeUnknown, .timedOut, .taskFailed]
    )
    func advice(name: Failure.Name) throws {
        var (follower, leader) = try Self.pair()
        leader.job.state = .failed
        leader.job.failure = Failure(name, message: "Alas.", hint: "Do this.", mayHaveBeenPaid: true)
        _ = follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9))
        let failure = try #require(follower.job.failure)
        #expect(failure.name == name && failure.mayHaveBeenPaid)
        let isOther = name != .taskFailed
        #expect(failure.hint.contains("runninghubctl retry \(leader.job.id)") == isOther)
        #expect((failure.hint == "Do this.") == !isOther)
    }

    @Test("It fails with the other, for its reason, and what may have been paid for that one is told")
    func failed() throws {
        var (follower, leader) = try Self.pair()
        leader.job.state = .failed
        leader.job.failure = .broken
        #expect(follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9)) == .applied)
        #expect(follower.job.state == .failed && follower.job.duty == .failed)
        let failure = try #require(follower.job.failure)
        #expect(
            failure.name == .taskFailed && failure.mayHaveBeenPaid == Failure.broken.mayHaveBeenPaid
                && failure.advice == Failure.broken.advice
        )
        #expect(failure.message == "It was the same as the file of job \(leader.job.id), which failed: It broke.")
    }

    @Test("It is cancelled with the other, and goes on by itself where that one was withdrawn or forgotten")
    func cancelled() throws {
        var (follower, leader) = try Self.pair()
        leader.job.state = .cancelled
        leader.job.folder = .work
        #expect(follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9)) == .applied)
        #expect(follower.job.state == .cancelled && follower.job.duty == .failed)
        leader.job.folder = .gone
        for other in [leader.job, nil] {
            var (follower, _) = try Self.pair()
            #expect(follower.leaderSeen(other, afterDelivery: .keep, at: .at(9)) == .applied)
            #expect(follower.job.state == .queued && follower.job.joined == nil && follower.job.dueAt == .at(9))
            #expect(follower.stories.last == Story(.parted, leader.job.id.text))
        }
    }

    @Test(
        "It goes on by itself where what went into the other is no longer what is in it",
        arguments: [JobState.delivered, .failed]
    )
    func changed(state: JobState) throws {
        var (follower, leader) = try Self.pair()
        leader.job.state = state
        leader.job.digest = "e"
        #expect(follower.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9)) == .applied)
        #expect(follower.job.state == .queued && follower.job.joined == nil)
    }

    @Test("Written to, cancelled, or proven to have a task of its own, it waits for nobody any more")
    func ownWay() throws {
        var (follower, _) = try Self.pair()
        _ = follower.contentChanged(to: .sample, settledAt: .at(5), at: .at(4))
        #expect(follower.job.joined == nil && follower.job.dueAt == .at(5))
        var (other, leader) = try Self.pair()
        #expect(other.cancelRequested(at: .at(4)) == .applied)
        #expect(other.leaderSeen(leader.job, afterDelivery: .keep, at: .at(9)) != .applied)
        _ = other.cameBack(origin: other.job.origin, place: other.job.place, identity: .sample, at: .at(5))
        #expect(other.job.joined == nil)
    }

    @Test("Alike are jobs of the same name, size and parameters, whose contents do not differ")
    func alike() throws {
        let job = try Self.follower().job
        var changes: [(inout Job) -> Void] = [
            { $0.origin = .sample("dog.png") },
            { $0.origin = .sample("a/cat.png") },
            { $0.identity.size += 1 },
            { $0.parameters = ["prompt": .text("oil")] },
            { $0.kind = .folder },
        ]
        changes += [{ $0.digest = "e" }]
        var read = job
        read.digest = "d"
        #expect(read.isLike(job) && job.isLike(read))
        for change in changes {
            var other = read
            change(&other)
            #expect(!read.isLike(other))
        }
    }

    @Test("After retention its original is noted to be gone, once")
    func expired() throws {
        var record = try Self.follower()
        #expect(record.expired(.deleted, at: .at(1)) != .applied)
        record.job.state = .delivered
        record.job.folder = .done
        var (left, absent) = (record, record)
        #expect(record.expired(.deleted, at: .at(1)) == .applied)
        #expect(record.job.folder == .gone && record.stories.last == Story(.expired, "done/oil/cat.png"))
        #expect(record.expired(.deleted, at: .at(1)) != .applied)
        _ = left.expired(.changed, at: .at(1))
        #expect(left.stories.last == Story(.leftAlone, "done/oil/cat.png"))
        let count = absent.stories.count
        _ = absent.expired(.absent, at: .at(1))
        #expect(absent.job.folder == .gone && absent.stories.count == count)
    }
}
