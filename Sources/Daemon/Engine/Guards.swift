import Jobs
import Ledger
import Spool
import Synchronization

/// What is held, as the ledger has it.
final class HoldTable: Sendable {
    private struct State {
        var holds: [String: Hold] = [:]
        /// How many readings were begun, and the newest of which something came.
        var begun = 0
        var newest = 0
    }

    private let state = Mutex(State())

    /// Takes over what the ledger has.
    ///
    /// A reading that ends after one that was begun later changes nothing: it may be older than a hold that was answered already.
    func load(from ledger: Ledger) async throws {
        let number = state.withLock { state in
            state.begun += 1
            return state.begun
        }
        let all = try await ledger.holds()
        state.withLock { state in
            guard number > state.newest else { return }
            state.newest = number
            state.holds = Dictionary(all.map { ($0.pipeline, $0) }) { first, _ in first }
        }
    }

    /// Everything that is held.
    var all: [Hold] { state.withLock { $0.holds.values.sorted { $0.pipeline < $1.pipeline } } }

    /// The hold on a pipeline, or on all.
    func hold(on pipeline: String) -> Hold? {
        state.withLock { $0.holds[""] ?? $0.holds[pipeline] }
    }
}

extension Engine {
    /// Below this much free space on the ledger's disk no intent is committed: an answer must always find room.
    private static let ledgerReserve: Int64 = 64 << 20

    /// Whether nothing may be submitted from a pipeline, since a person or a guard holds it.
    func isHeld(_ pipeline: String) -> Bool {
        holds.hold(on: pipeline) != nil
    }

    /// Whether nothing at all may be submitted, since the ledger's disk is almost full.
    func isStopped() async -> Bool { await isStateLow(below: Self.ledgerReserve) }

    /// Whether nothing may be submitted from a pipeline, since there would be no room for its results, or too little for the ledger.
    func lacksRoom(_ pipeline: Pipeline) async -> Bool {
        guard let folders = pipelines.folders(pipeline.name) else { return true }
        let limit = pipeline.limits.freeSpace
        if await isLow("the outbox of \(pipeline.name)", limit: limit, { folders[.outbox] }) { return true }
        return await isStateLow(below: limit)
    }

    private func isStateLow(below limit: Int64) async -> Bool {
        let state = settings.state
        return await isLow("the state folder \(state)", limit: limit) { try Folder(path: state) }
    }

    private func isLow(
        _ what: String,
        limit: Int64,
        _ folder: @escaping @Sendable () throws -> Folder?
    ) async -> Bool {
        let now = time.now()
        if let known = space.known(what, at: now) { return space.isLow(what, known, below: limit, at: now) }
        let free: Int64
        do {
            // One that is away, or was not looked at yet, is told of elsewhere.
            guard let found = try await blocking({ try folder()?.freeSpace() }) else { return true }
            free = found
        } catch {
            journal.tell(
                ongoing: .spoolTrouble,
                about: what,
                at: now,
                "How much is free for \(what) cannot be asked; nothing is submitted meanwhile. It goes on by itself."
            )
            return true
        }
        space.remember(what, free, at: now)
        guard space.isLow(what, free, below: limit, at: now) else { return false }
        journal.tell(
            ongoing: .diskLow,
            about: what,
            at: now,
            "Only \(free / 1_000_000) MB are free for \(what); nothing is submitted below \(limit / 1_000_000) MB. Make room; it goes on by itself."
        )
        return true
    }
}

/// What was last known of free space; asked anew every second.
final class FreeSpace: Sendable {
    /// How little was free for something.
    struct Low: Sendable {
        let what: String
        let bytes: Int64
        /// Below this nothing is submitted.
        let limit: Int64
        let at: Timestamp
    }

    private struct Bound: Hashable {
        let what: String
        let limit: Int64
    }

    private struct State {
        var readings: [String: (bytes: Int64, at: Timestamp)] = [:]
        /// By what it is and the limit, of which each pipeline may have its own.
        var lows: [Bound: Low] = [:]
    }

    private let state = Mutex(State())

    func known(_ what: String, at now: Timestamp) -> Int64? {
        state.withLock { state in
            guard let reading = state.readings[what], reading.at + .seconds(1) > now else { return nil }
            return reading.bytes
        }
    }

    func remember(_ what: String, _ bytes: Int64, at now: Timestamp) {
        state.withLock { $0.readings[what] = (bytes, now) }
    }

    /// Whether what is free is below a limit.
    func isLow(_ what: String, _ bytes: Int64, below limit: Int64, at now: Timestamp) -> Bool {
        state.withLock { state in
            let isLow = bytes < limit
            let low = Low(what: what, bytes: bytes, limit: limit, at: now)
            state.lows[Bound(what: what, limit: limit)] = isLow ? low : nil
            return isLow
        }
    }

    /// What there was too little for when it was looked at last, by its name; not what nobody has asked about for a while, such as by a
    /// limit that holds no more: whoever writes status files asks every few seconds.
    func low(at now: Timestamp) -> [Low] {
        state.withLock { $0.lows.values.filter { $0.at + StatusFiles.pace * 3 > now } }
            .sorted { ($0.what, $0.limit) < ($1.what, $1.limit) }
    }
}
