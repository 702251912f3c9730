/// The last events, and those who listen for the next ones.
struct EventJournal {
    /// How many past events are kept.
    static let length = 10_000

    private var past: [SimulatorEvent] = []
    private var listeners: [AsyncStream<SimulatorEvent>.Continuation] = []
    private var isFinished = false

    mutating func append(_ event: SimulatorEvent) {
        // Dropping in halves keeps appending cheap.
        if past.count >= 2 * Self.length { past.removeFirst(Self.length) }
        past.append(event)
        listeners.removeAll { listener in
            if case .terminated = listener.yield(event) { true } else { false }
        }
    }

    mutating func subscribe(includingPast: Bool) -> AsyncStream<SimulatorEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: SimulatorEvent.self)
        if includingPast { past.forEach { continuation.yield($0) } }
        if isFinished {
            continuation.finish()
        } else {
            listeners.append(continuation)
        }
        return stream
    }

    /// Forgets past events.
    mutating func forget() {
        past = []
    }

    /// Ends all streams.
    mutating func finish() {
        isFinished = true
        listeners.forEach { $0.finish() }
        listeners = []
    }
}
