import Synchronization

/// Tells when all of several parts are there: once.
final class Readiness<Part: Hashable & Sendable>: Sendable {
    private let missing: Mutex<Set<Part>>
    private let whenReady: @Sendable () -> Void

    /// Awaits these parts; `whenReady` is called by the last that arrives.
    init(of parts: Set<Part>, whenReady: @escaping @Sendable () -> Void) {
        missing = Mutex(parts)
        self.whenReady = whenReady
    }

    /// A part is there; a second time means nothing.
    func arrived(_ part: Part) {
        let isLast = missing.withLock { missing in missing.remove(part) != nil && missing.isEmpty }
        if isLast { whenReady() }
    }
}
