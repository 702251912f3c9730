/// What is due when: a binary heap, earliest first, and among equals in the order of insertion.
struct TimerQueue<Action: Sendable>: Sendable {
    private struct Entry: Sendable {
        var due: Duration
        var order: Int
        var action: Action

        func precedes(_ other: Entry) -> Bool {
            (due, order) < (other.due, other.order)
        }
    }

    private var entries: [Entry] = []
    private var nextOrder = 0

    /// When the next action is due.
    var nextDue: Duration? { entries.first?.due }

    mutating func add(_ action: Action, due: Duration) {
        entries.append(Entry(due: due, order: nextOrder, action: action))
        nextOrder += 1
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].precedes(entries[parent]) else { break }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the next action out if it is due by `now`.
    mutating func next(by now: Duration) -> Action? {
        guard let first = entries.first, first.due <= now else { return nil }
        let last = entries.removeLast()
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first.action
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].precedes(entries[least]) { least = child }
            }
            guard least != parent else { return }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
