import Jobs
import Synchronization

/// Wakes a stage.
///
/// Any number of wakes before it looks are one.
final class Wake: Sendable {
    private let continuation: AsyncStream<Void>.Continuation
    /// What the stage waits on.
    let signals: AsyncStream<Void>
    /// When the stage looks next by itself; nothing while it looks.
    private let planned = Mutex<Timestamp?>(nil)

    init() {
        (signals, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func callAsFunction() {
        continuation.yield()
    }

    /// Wakes the stage unless it looks by itself before this is due.
    func callAsFunction(for due: Timestamp) {
        let isPlanned = planned.withLock { $0.map { $0 <= due } ?? false }
        if !isPlanned { continuation.yield() }
    }

    /// The stage looks from now on, and does not know yet when it will again.
    func looks() {
        planned.withLock { $0 = nil }
    }

    /// The stage has looked, and looks again at this time.
    func looksAgain(at next: Timestamp) {
        planned.withLock { $0 = next }
    }

    /// No more wakes: the stage ends once it has looked for the last time.
    func finish() {
        continuation.finish()
    }
}

/// The jobs that a stage works on.
final class BusyJobs: Sendable {
    private let jobs = Mutex<Set<JobID>>([])

    /// All of them.
    var all: Set<JobID> { jobs.withLock { $0 } }

    /// Whether the job was free until now.
    func begin(_ job: JobID) -> Bool {
        jobs.withLock { $0.insert(job).inserted }
    }

    func end(_ job: JobID) {
        jobs.withLock { _ = $0.remove(job) }
    }
}

/// What a stage finds when it looks.
struct Work: Sendable {
    /// The work that is due.
    var jobs: [JobRecord]
    /// When the next piece is due, if that is known.
    var next: Timestamp?
}

/// One stage of a job's journey: it reads its work from the ledger, does each piece in a task of its own, and knows nothing else.
///
/// It looks when it is woken, when a piece is done, and, always, by its timer: events make it fast, the timer makes it certain.
struct Stage: Sendable {
    /// What the stage is called in the journal.
    let name: String
    /// How many pieces are done at once.
    let width: Int
    /// Wakes it.
    let wake: Wake
    /// Its timer, at the latest.
    var period = Duration.seconds(10)
    let time: any TimeSource
    /// Jobs that another stage works on, too, are left alone by both.
    let busy: BusyJobs
    /// Reads work that is due, without these jobs, at most so many.
    let select: @Sendable (_ busy: Set<JobID>, _ room: Int) async throws -> Work
    /// Does one piece, and says whether that came to anything.
    ///
    /// What goes wrong is its own to tell.
    var perform: @Sendable (JobRecord) async -> Bool
    /// Told when work could not be read.
    let trouble: @Sendable (any Error) -> Void
    /// Told each time the stage has looked: it makes progress.
    let alive: @Sendable () -> Void

    /// How long a piece that came to nothing (the ledger cannot be written, say) is left alone.
    private static let pause = Duration.seconds(5)
    /// How soon it looks again for what falls due one by one.
    ///
    /// Two queries lie on the way to a job that fails without a callback, and its minute has a second to spare.
    private static let grain = Duration.milliseconds(100)

    /// Runs until `wake` is finished or the task is cancelled, then waits for the pieces under way.
    func run() async {
        await withDiscardingTaskGroup { group in
            var timer: Task<Void, Never>?
            wake()
            for await _ in wake.signals {
                if Task.isCancelled { break }
                timer?.cancel()
                wake.looks()
                let next = await fill(&group)
                wake.looksAgain(at: next)
                alive()
                // The one unstructured task of a stage: its timer, cancelled at each look and at the end.
                timer = Task { [time, wake] in
                    await time.wait(until: next)
                    if !Task.isCancelled { wake() }
                }
            }
            timer?.cancel()
        }
    }

    /// Starts what is due and fits, and says when to look again.
    private func fill(_ group: inout DiscardingTaskGroup) async -> Timestamp {
        let latest = time.now() + period
        do {
            while !Task.isCancelled {
                let under = busy.all
                let room = width - under.count
                guard room > 0 else { break }
                let work = try await select(under, room)
                for record in work.jobs { start(record, in: &group) }
                if work.jobs.count >= room { continue }
                // What is due already is being worked on; its end is a wake.
                return min(latest, max(work.next ?? latest, time.now() + Self.grain))
            }
            return latest
        } catch {
            trouble(error)
            return time.now() + min(period, Self.pause)
        }
    }

    private func start(_ record: JobRecord, in group: inout DiscardingTaskGroup) {
        let id = record.job.id
        guard busy.begin(id) else { return }
        group.addTask {
            if await !perform(record), !Task.isCancelled {
                await time.wait(until: time.now() + Self.pause)
            }
            busy.end(id)
            wake()
        }
    }
}
