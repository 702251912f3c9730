package import Jobs

// What is there.
extension Settling {
    /// The paths to look at now.
    ///
    /// Each must be answered by `looked`.
    package mutating func looks(at now: Moment, limit: Int) -> [Look] {
        var looks: [Look] = []
        while looks.count < limit, let first = firstDue(), first.due <= now.ledger {
            due.removeFirst()
            guard let entry = pending[first.path] else { continue }
            pending[first.path]?.due = nil
            looks.append(Look(path: first.path, revision: entry.revision))
        }
        return looks
    }

    /// When the next path is to be looked at.
    package mutating func nextLook() -> Timestamp? {
        firstDue()?.due
    }

    /// What stands under a path that was to be looked at.
    package mutating func looked(_ look: Look, _ observation: Observation, at now: Moment) {
        guard let entry = pending[look.path], entry.phase == .settling, entry.due == nil else { return }
        // Something was noticed since: what was seen is old.
        guard entry.revision == look.revision else { return schedule(look.path, due: now.ledger) }
        switch observation {
        case .nothing: forget(look.path)
        case .unknown: schedule(look.path, due: now.ledger + .seconds(1))
        case .empty: sawEmpty(look.path, entry, at: now)
        case .file(let identity): saw(look.path, entry, identity, at: now)
        }
    }

    private mutating func sawEmpty(_ path: RelativePath, _ entry: Pending, at now: Moment) {
        // The filling of a placeholder is noticed, or found by a listing; only that a program has it open must be kept in mind.
        guard entry.evidence == .held, !entry.openings.endedUnwritten else {
            forget(path)
            return rememberPlaceholder(path)
        }
        schedule(path, due: now.ledger + settings.pollQuietTime)
    }

    private mutating func saw(_ path: RelativePath, _ entry: Pending, _ identity: FileIdentity, at now: Moment) {
        var entry = entry
        if entry.identity != identity {
            entry.identity = identity
            entry.since = now.ledger
        }
        if entry.evidence == .moved, isPutBack(identity, at: now) { entry.evidence = .none }
        let time = settlingTime(of: entry, undisturbed: quietEnd(of: entry, identity, at: now))
        entry.due = nil
        if let time, time <= now.ledger {
            entry.phase = .ready
            pending[path] = entry
            ready.append(path)
        } else {
            pending[path] = entry
            schedule(path, due: time ?? now.ledger + settings.pollQuietTime)
        }
    }

    /// When a file settles if it stays as it is, whoever has it open.
    private mutating func quietEnd(of entry: Pending, _ identity: FileIdentity, at now: Moment) -> Timestamp {
        let byWatching = entry.since + settings.pollQuietTime
        switch entry.evidence {
        case .moved: return now.ledger
        case .closed:
            // Many readers look into a new file; such an opening puts it off, but not beyond the time without any notice.
            return min(max(entry.since, entry.openings.latest ?? entry.since) + settings.quietTime, byWatching)
        case .none, .created, .held:
            guard let age = changeAge(of: identity, at: now) else { return byWatching }
            return min(byWatching, now.ledger + (settings.pollQuietTime - age))
        }
    }

    /// How long ago the file changed by its ctime, at the least; nothing where that cannot be told.
    private mutating func changeAge(of identity: FileIdentity, at now: Moment) -> Duration? {
        guard settings.trustsChangeTimes else { return nil }
        let (offset, overflow) = now.wall.milliseconds.subtractingReportingOverflow(now.ledger.milliseconds)
        guard !overflow else { return nil }
        let least = min(smallestOffset ?? offset, offset)
        smallestOffset = least
        let age = (now.ledger + .milliseconds(least)) - Timestamp(milliseconds: identity.changed / 1_000_000)
        return age < .zero ? nil : age
    }
}
