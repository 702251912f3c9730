package import Jobs

// What was noticed.
extension Settling {
    /// An entry was made (`IN_CREATE`): by a program that is about to write, or as a further link.
    package mutating func created(_ path: RelativePath, at now: Moment) {
        note(path, at: now, due: now.ledger + settings.pollQuietTime) {
            $0.evidence = .created
            $0.since = now.ledger
            $0.identity = nil
            $0.openings = Openings()
        }
    }

    /// An entry that was open for writing was closed (`IN_CLOSE_WRITE`).
    package mutating func closed(_ path: RelativePath, at now: Moment) {
        note(path, at: now, due: now.ledger) {
            $0.evidence = .closed
            $0.openings = Openings(count: $0.openings.count > 0 ? $0.openings.count - 1 : 0)
        }
        placeholders.remove(path)
    }

    /// An entry came by a rename (`IN_MOVED_TO`).
    ///
    /// `cookie` tells which `movedAway` it belongs to, if any.
    package mutating func movedIn(_ path: RelativePath, cookie: UInt32 = 0, at now: Moment) {
        // A rename from name to name in the inbox while the program that made the file still writes is no sign that it is complete.
        let openings = lastMovedAway.flatMap { $0.cookie == cookie ? $0.openings : nil }
        lastMovedAway = nil
        placeholders.remove(path)
        note(path, at: now, due: now.ledger) {
            $0.evidence = openings == nil ? .moved : .held
            $0.openings = openings ?? Openings()
            $0.identity = nil
            $0.since = now.ledger
        }
    }

    /// An entry left by a rename (`IN_MOVED_FROM`).
    package mutating func movedAway(_ path: RelativePath, cookie: UInt32 = 0) {
        lastMovedAway = (cookie, pending[path].flatMap { $0.evidence == .held ? $0.openings : nil })
        gone(path)
    }

    /// An entry was removed (`IN_DELETE`).
    package mutating func gone(_ path: RelativePath) {
        placeholders.remove(path)
        // An offered one is being claimed: that is what this tells, and its owner will say how it ended.
        guard let entry = pending[path], entry.phase != .offered else { return }
        forget(path)
    }

    /// A folder and all that was in it is gone, or elsewhere.
    package mutating func goneBelow(_ folders: [FileName]) {
        for path in pending.keys where path.folders.starts(with: folders) { gone(path) }
        placeholders = placeholders.filter { !$0.folders.starts(with: folders) }
    }

    /// An entry's rights, owner or times changed (`IN_ATTRIB`): perhaps it may be read now.
    package mutating func attributesChanged(_ path: RelativePath, at now: Moment) {
        guard pending[path] == nil else { return }
        note(path, at: now, due: now.ledger) { _ in }
    }

    /// Notifications were lost: nothing is known any more about who has which file open.
    package mutating func lostTrack(at now: Moment) {
        lastMovedAway = nil
        placeholders.removeAll()
        for path in pending.keys { pending[path]?.openings = Openings() }
        for (path, entry) in pending where entry.evidence.needsEvents {
            pending[path]?.evidence = .none
            guard entry.phase == .settling else { continue }
            schedule(path, due: now.ledger)
        }
    }

    /// A listing came across a path.
    package mutating func found(_ path: RelativePath, _ observation: Observation, at now: Moment) {
        guard pending[path] == nil else { return }
        guard case .file = observation else {
            if observation == .empty { rememberPlaceholder(path) }
            return
        }
        guard !isFull else {
            hasMissed = true
            return
        }
        pending[path] = Pending(since: now.ledger)
        looked(Look(path: path, revision: 0), observation, at: now)
    }
}
