/// Those who have come and are not let in yet, in the order in which they came.
///
/// Each costs little more than its socket, so in a flood they wait here: who shows a genuine address is let in before all others, and the
/// one who has waited longest makes place for the next.
struct Porch<Caller> {
    private var waiting: [Caller] = []
    private let most: Int

    /// - Parameter most: that may wait at once.
    init(most: Int) {
        self.most = most
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Adds one.
    ///
    /// - Returns: the one who makes place.
    mutating func add(_ caller: Caller) -> Caller? {
        waiting.append(caller)
        return waiting.count > most ? waiting.removeFirst() : nil
    }

    /// Removes all.
    ///
    /// - Returns: them, the oldest first.
    mutating func empty() -> [Caller] {
        defer { waiting = [] }
        return waiting
    }
}
