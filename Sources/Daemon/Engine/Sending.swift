import Jobs
import Ledger
import RunningHub
import Spool
import Synchronization

/// What the sending stage remembers between looks: whose turn it is, and which keys uploads are on the way for.
final class Sending: Sendable {
    private struct State {
        /// When each pipeline last had a submission, counted in submissions.
        var served: [String: Int] = [:]
        var count = 0
        var uploads: [String: Int] = [:]
        /// The keys that the files of waiting jobs were uploaded with.
        var uploaded: [JobID: String] = [:]

        func claims(on key: String) -> Int {
            (uploads[key] ?? 0) + uploaded.values.count { $0 == key }
        }
    }

    private let state = Mutex(State())

    /// The pipelines, those first that have waited for longest since something of theirs was submitted.
    func inTurn(_ names: [String]) -> [String] {
        state.withLock { state in
            names.sorted { (state.served[$0] ?? 0, $0) < (state.served[$1] ?? 0, $1) }
        }
    }

    /// A submission of this pipeline is about to leave.
    func serves(_ name: String) {
        state.withLock { state in
            state.count += 1
            state.served[name] = state.count
        }
    }

    /// A job has changed: it waits with its upload, or no longer does.
    func changed(_ job: Job) {
        state.withLock { $0.uploaded[job.id] = job.state == .queued ? job.upload?.key : nil }
    }

    /// How many jobs need a place of a key: their files are on the way with it, or lie there.
    func claims(on key: String) -> Int {
        state.withLock { $0.claims(on: key) }
    }

    /// How many uploads are on the way with a key.
    func uploads(with key: String) -> Int {
        state.withLock { $0.uploads[key] ?? 0 }
    }

    /// An upload begins, with that of these keys which has the most free places for the jobs that need one.
    ///
    /// It is chosen and counted in one step: uploads that begin together are spread among the keys.
    func uploadBegins(among keys: [(name: String, free: Int)]) -> String? {
        state.withLock { state in
            let rooms = keys.map { key in (key.name, key.free - state.claims(on: key.name)) }
            guard let best = rooms.max(by: { $0.1 < $1.1 })?.0 else { return nil }
            state.uploads[best, default: 0] += 1
            return best
        }
    }

    func uploadEnded(with key: String) {
        state.withLock { $0.uploads[key, default: 1] -= 1 }
    }
}

extension Engine {
    /// How many jobs of a key may lie uploaded before there is a place for their tasks: as many as the key has places, within bounds.
    private static let uploadedAhead = (least: 2, most: 16)
    private static let sendingWidth = 64

    /// The stage that uploads files and submits their tasks.
    func sendingStage() -> Stage {
        Stage(
            name: "sending",
            width: Self.sendingWidth,
            wake: wakes.sending,
            time: time,
            busy: BusyJobs(),
            select: { try await self.selectForSending(except: $0, room: $1) },
            perform: { await self.send($0) },
            trouble: { self.tellTrouble("sending", $0) },
            alive: { self.progress.alive("sending", at: self.time.now()) }
        )
    }

    /// The oldest waiting jobs of each pipeline that can go on now, in turn.
    ///
    /// Jobs that wait for a place are due all the time: what is next is one that is not due yet, or the end of a key's rest.
    private func selectForSending(except busy: Set<JobID>, room: Int) async throws -> Work {
        guard await !isStopped() else { return Work(jobs: []) }
        let now = time.now()
        var allowance = Allowance(accounts: accounts, slots: slots.withLock { $0 }, sending: sending, at: now)
        allowance.preparations = preparations.room(whileBusy: busy)
        let slow = preparations.slow(Line.patience, at: now)
        var queues: [(pipeline: Pipeline, limit: Int)] = []
        for name in sending.inTurn(pipelines.names) {
            guard let pipeline = pipelines.pipeline(name), !isHeld(name), await !lacksRoom(pipeline) else { continue }
            guard try await !isOverspent(pipeline) else { continue }
            let window = min(room, allowance.window(for: pipeline))
            if window > 0 { queues.append((pipeline, window + busy.count)) }
        }
        let (records, due) = try await ledger.look { [queues] look in
            let records = try queues.map { try look.line(in: $0.pipeline.name, at: now, limit: $0.limit) }
            return (records, try look.nextDue(.queued, after: now))
        }
        var lines = zip(queues, records).map { queue, records in
            Line(records.filter { !$0.job.isReviving }, of: queue.pipeline, busy: busy, slow: slow, at: now)
        }
        var chosen: [JobRecord] = []
        while chosen.count < room, !allowance.isSpent, lines.contains(where: { !$0.isAtEnd }) {
            for index in lines.indices where chosen.count < room {
                if let record = lines[index].next(&allowance) { chosen.append(record) }
            }
        }
        for job in allowance.prepared { preparations.begin(job, at: now) }
        let rest = slots.withLock { $0.nextChange(after: now) }
        return Work(jobs: chosen, next: [rest, due].compactMap(\.self).min())
    }

    /// Uploads a job's file, or submits its task where its key has a place.
    private func send(_ record: JobRecord) async -> Bool {
        defer { preparations.end(record.job.id) }
        guard let pipeline = pipelines.pipeline(record.job.pipeline) else { return false }
        do {
            guard let ready = try await uploaded(record, pipeline) else { return true }
            // Uploads end in any order: which job's turn it is to be submitted is for the next look to say.
            guard ready.job.upload == record.job.upload else { return true }
            return try await submit(ready, pipeline)
        } catch {
            tellTrouble("sending", error)
            // Whatever came between: nobody else looks after one that is said to be uploading.
            let now = time.now()
            await changeSurely(record.job.id) { $0.uploadLost(at: now) }
            return false
        }
    }

    /// Which jobs may be worked on with the places that there are.
    struct Allowance {
        private var submissions: [String: Int] = [:]
        private var uploads: [String: Int] = [:]
        /// How many more jobs may have their files prepared.
        var preparations = 0
        /// Those that were let through for that.
        private(set) var prepared: [JobID] = []
        private let accounts: [String: Account]
        private let troubled: Set<String>
        private let now: Timestamp

        init(accounts: [String: Account], slots: KeySlots, sending: Sending, at now: Timestamp) {
            self.accounts = accounts
            self.now = now
            troubled = Set(accounts.keys.filter { slots.isTroubled($0, at: now) })
            for name in accounts.keys {
                let free = slots.free(name, at: now)
                let ahead = min(max(slots.concurrency(name), uploadedAhead.least), uploadedAhead.most)
                submissions[name] = free
                // A key that rests takes no more uploads than are there already.
                uploads[name] = slots.rest(name, at: now) == nil ? free + ahead - sending.uploads(with: name) : 0
            }
        }

        /// How far into a pipeline's queue it is worth looking.
        func window(for pipeline: Pipeline) -> Int {
            accounts.names(for: pipeline).reduce(0) {
                $0 + max(0, submissions[$1] ?? 0) + max(0, uploads[$1] ?? 0) + uploadedAhead.most
            }
        }

        /// Whether nothing more can go on.
        var isSpent: Bool { submissions.values.allSatisfy { $0 <= 0 } && uploads.values.allSatisfy { $0 <= 0 } }

        /// Whether the job, with the upload that it has, can go on now; counts it where it can.
        mutating func admit(
            _ record: JobRecord,
            with upload: Job.Upload?,
            of pipeline: Pipeline,
            needsUpload: Bool
        ) -> Bool {
            if let upload {
                uploads[upload.key, default: 0] -= 1
                guard submissions[upload.key, default: 0] > 0 else { return false }
                submissions[upload.key, default: 0] -= 1
                return true
            }
            let budget = needsUpload ? uploads : submissions
            guard let key = accounts.names(for: pipeline).first(where: { budget[$0, default: 0] > 0 }) else {
                return false
            }
            if pipeline.prepare != nil, needsUpload {
                guard preparations > 0 else { return false }
                preparations -= 1
                prepared.append(record.job.id)
            }
            uploads[key, default: 0] -= 1
            if !needsUpload { submissions[key, default: 0] -= 1 }
            return true
        }

        /// A job has its upload and waits: its key takes one less in advance.
        mutating func note(_ upload: Job.Upload) {
            uploads[upload.key, default: 0] -= 1
        }

        /// The upload that the job can be submitted with.
        func usableUpload(of record: JobRecord, _ pipeline: Pipeline) -> Job.Upload? {
            record.job.upload.flatMap { upload in
                let isUsable = accounts.canUse(upload, of: record.job, for: pipeline, at: now)
                return isUsable && !troubled.contains(upload.key) ? upload : nil
            }
        }
    }

    /// The key for a submission without an upload, or for another try: of those that may be used and don't rest, the one with the most room.
    func chooseAccount(for pipeline: Pipeline) -> Account? {
        candidates(for: pipeline).max { $0.free - sending.claims(on: $0.name) < $1.free - sending.claims(on: $1.name) }
            .flatMap { accounts[$0.name] }
    }

    /// The key for a new upload, which is counted from now on.
    func beginUpload(for pipeline: Pipeline) -> Account? {
        sending.uploadBegins(among: candidates(for: pipeline)).flatMap { accounts[$0] }
    }

    /// The keys that may be used and don't rest, with their free places.
    private func candidates(for pipeline: Pipeline) -> [(name: String, free: Int)] {
        let now = time.now()
        let slots = slots.withLock { $0 }
        return accounts.names(for: pipeline).filter { slots.rest($0, at: now) == nil }
            .map { ($0, slots.free($0, at: now)) }
            // Without an upload the task is started next, and only a key with a place can do that.
            .filter { pipeline.needsUpload || $0.1 > 0 }
    }
}
