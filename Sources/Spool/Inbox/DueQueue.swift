internal import Jobs

/// Paths by the time at which they are to be looked at: a binary heap.
///
/// What became void stays in it until it comes to the top; the owner tells which does.
struct DueQueue: Sendable {
    struct Item: Sendable {
        let due: Timestamp
        let path: RelativePath
    }

    private var items: [Item] = []

    var count: Int { items.count }
    var first: Item? { items.first }

    mutating func insert(_ path: RelativePath, due: Timestamp) {
        items.append(Item(due: due, path: path))
        var child = items.count - 1
        while child > 0, case let parent = (child - 1) / 2, items[child].due < items[parent].due {
            items.swapAt(child, parent)
            child = parent
        }
    }

    @discardableResult
    mutating func removeFirst() -> Item? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        sink()
        return first
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < items.count && items[child].due < items[least].due {
                least = child
            }
            guard least != parent else { return }
            items.swapAt(parent, least)
            parent = least
        }
    }

    mutating func removeAll() {
        items.removeAll()
    }
}
