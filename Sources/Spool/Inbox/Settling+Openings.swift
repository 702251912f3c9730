package import Jobs

// Who has a file open. The kernel does not tell whether a file is opened to be written or to be read; that shows when it is closed.
extension Settling {
    /// How often a file is open.
    struct Openings: Sendable, Hashable {
        /// How often it was opened and not closed again, as far as it was told: the kernel tells equal notifications that follow each
        /// other once.
        var count: UInt32 = 0
        /// Whether the last who had it open had not written.
        ///
        /// Then nobody has it open, unless two openings were told as one: that of a writer, who waits, and that of a reader.
        var endedUnwritten = false
        /// When it was opened last.
        var latest: Timestamp?
    }

    /// How long after it was made a file is opened by the program that made it: one call does both.
    ///
    /// Who opens it later found it there, as a further link that somebody looks at. Long, since both are told when the daemon has time.
    private static let makersTime = Duration.seconds(1)
    /// How long a file must stay unchanged that was made by a writer who may still have it open, though a reader is the likelier.
    private static let longestDoubt = Duration.seconds(15 * 60)
    /// How long a file must stay unchanged that somebody opened who did not make it: a reader may have it open for ever.
    private static let longestReading = Duration.seconds(2 * 60)
    /// The most empty files that are remembered.
    private static let placeholderCapacity = 1024

    /// An entry was opened (`IN_OPEN`), for what is not told.
    package mutating func opened(_ path: RelativePath, at now: Moment) {
        let wasEmpty = placeholders.remove(path) != nil
        if wasEmpty, pending[path] == nil { created(path, at: now) }
        guard var entry = pending[path] else { return }
        entry.openings.count &+= 1
        entry.openings.endedUnwritten = false
        entry.openings.latest = now.ledger
        if entry.evidence == .created, now.ledger - entry.since <= Self.makersTime {
            entry.evidence = .held
            entry.revision &+= 1
        }
        pending[path] = entry
    }

    /// An entry that was not open for writing was closed (`IN_CLOSE_NOWRITE`): true where that is worth a look.
    package mutating func closedUnwritten(_ path: RelativePath, at now: Moment) -> Bool {
        guard var entry = pending[path], entry.openings.count > 0 else { return false }
        entry.openings.count -= 1
        entry.openings.endedUnwritten = entry.openings.count == 0
        pending[path] = entry
        guard entry.openings.endedUnwritten, entry.phase == .settling else { return false }
        pending[path]?.revision &+= 1
        schedule(path, due: now.ledger)
        return true
    }

    /// When a file settles that would at `undisturbed` if nobody had it open; nothing where no time settles it.
    func settlingTime(of entry: Pending, undisturbed: Timestamp) -> Timestamp? {
        switch entry.evidence {
        case .moved: undisturbed
        case .held: entry.openings.endedUnwritten ? entry.since + Self.longestDoubt : nil
        case .none, .created, .closed:
            entry.openings.count == 0 ? undisturbed : max(undisturbed, entry.since + Self.longestReading)
        }
    }

    /// An empty file was seen: who opens it is about to fill it.
    mutating func rememberPlaceholder(_ path: RelativePath) {
        guard placeholders.count < Self.placeholderCapacity else { return }
        placeholders.insert(path)
    }
}
