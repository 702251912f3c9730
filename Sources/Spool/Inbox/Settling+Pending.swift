package import Jobs

extension Settling {
    /// What is known of a file that has not settled, or not yet left.
    struct Pending: Sendable {
        enum Phase: Sendable {
            case settling, ready, offered
        }

        /// What was noticed of it last.
        enum Evidence: Sendable {
            /// Nothing; it was found.
            case none
            /// It was made, and perhaps not opened at all.
            case created
            /// It was made and opened, and not yet closed.
            case held
            /// It was closed after writing.
            case closed
            /// It was renamed to where it is.
            case moved

            /// Whether it is worth something only as long as no notification is lost.
            var needsEvents: Bool {
                switch self {
                case .created, .held, .closed: true
                case .none, .moved: false
                }
            }
        }

        var phase = Phase.settling
        var evidence = Evidence.none
        /// Whether something was noticed since it was offered.
        var isTouched = false
        /// Counts what was noticed.
        var revision: UInt32 = 0
        /// How it was when it was looked at last.
        var identity: FileIdentity?
        /// Since when it is known to be so.
        var since: Timestamp
        /// Who has it open.
        var openings = Openings()
        /// When to look at it; nothing while it is being looked at.
        var due: Timestamp?
        /// Whether parameters for it changed since it was offered.
        var hasNewParameters = false

        init(since: Timestamp) {
            self.since = since
        }
    }

    /// Why something that was offered was not taken.
    struct SetAside: Sendable {
        /// For people.
        let message: Phrase
        /// Whether it waits for parameters, so that a change of them is worth another look.
        var isForParameters = false

        func reason(until time: Timestamp) -> WaitReason {
            isForParameters ? .awaitingParameters(message) : .setAside(message, until: time)
        }
    }

    /// A file on disk, whatever it is called.
    struct Inode: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64

        init(_ identity: FileIdentity) {
            device = identity.device
            inode = identity.inode
        }
    }

    /// Settled paths, first come, first served.
    struct ReadyQueue: Sendable {
        private var paths: [RelativePath] = []
        private var head = 0

        mutating func append(_ path: RelativePath) {
            paths.append(path)
        }

        mutating func popFirst() -> RelativePath? {
            guard head < paths.count else { return nil }
            defer { head += 1 }
            if head > 1024, head * 2 > paths.count {
                paths.removeFirst(head)
                head = 0
            }
            return paths[head]
        }
    }

    /// The most files put back that are remembered as such.
    private static var putBackCapacity: Int { 1024 }

    mutating func remember(_ identity: FileIdentity, at now: Moment) {
        putBack = putBack.filter { $0.value > now.ledger }
        guard putBack.count < Self.putBackCapacity else { return }
        putBack[Inode(identity)] = now.ledger + settings.pollQuietTime + settings.pollQuietTime
    }

    func isPutBack(_ identity: FileIdentity, at now: Moment) -> Bool {
        guard let until = putBack[Inode(identity)] else { return false }
        return until > now.ledger
    }

    /// Whether a file is kept in mind: it has not settled, or not left yet.
    package func isPending(_ path: RelativePath) -> Bool {
        pending[path] != nil
    }

    /// Why a file that may be taken is still here.
    package func reason(for path: RelativePath, at now: Moment) -> WaitReason {
        guard let entry = pending[path] else { return .notYetSeen }
        if let setAside = setAside[path] { return setAside.reason(until: entry.due ?? now.ledger) }
        guard entry.phase == .settling else { return .awaitingTurn }
        guard entry.evidence != .held || entry.openings.endedUnwritten else { return .heldOpen(since: entry.since) }
        let quiet = entry.evidence == .closed ? settings.quietTime : settings.pollQuietTime
        return .beingWritten(since: entry.since, until: entry.due ?? entry.since + quiet)
    }
}
