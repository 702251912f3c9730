internal import Jobs

// The table of files in mind.
extension Settling {
    mutating func note(
        _ path: RelativePath,
        at now: Moment,
        due time: Timestamp,
        _ change: (inout Pending) -> Void
    ) {
        guard pending[path] != nil || !isFull else {
            hasMissed = true
            return
        }
        var entry = pending[path] ?? Pending(since: now.ledger)
        change(&entry)
        entry.revision &+= 1
        entry.isTouched = true
        if entry.phase == .ready { entry.phase = .settling }
        pending[path] = entry
        guard entry.phase == .settling else { return }
        schedule(path, due: time)
    }

    mutating func settleAgain(_ path: RelativePath, due time: Timestamp) {
        pending[path]?.phase = .settling
        pending[path]?.revision &+= 1
        schedule(path, due: time)
    }

    mutating func schedule(_ path: RelativePath, due time: Timestamp) {
        pending[path]?.due = time
        due.insert(path, due: time)
        guard due.count > 2 * pending.count + 64 else { return }
        due.removeAll()
        for (path, entry) in pending where entry.phase == .settling {
            if let time = entry.due { due.insert(path, due: time) }
        }
    }

    mutating func firstDue() -> DueQueue.Item? {
        while let first = due.first {
            if let entry = pending[first.path], entry.phase == .settling, entry.due == first.due { return first }
            due.removeFirst()
        }
        return nil
    }

    mutating func forget(_ path: RelativePath) {
        pending[path] = nil
        setAside[path] = nil
    }

    /// Everything is found by a listing from here on.
    package mutating func listingStarts() {
        hasMissed = false
    }

    /// Forgets every file, the offered ones excepted.
    package mutating func forgetAll() {
        for path in pending.keys { gone(path) }
        placeholders.removeAll()
    }
}
