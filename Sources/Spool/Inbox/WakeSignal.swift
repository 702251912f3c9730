internal import Synchronization

/// Lets one task wait until another has something for it.
///
/// A signal given while nobody waits is kept for the next who does.
final class WakeSignal: Sendable {
    private struct State {
        var isGiven = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Wakes who waits.
    func give() {
        let waiter = state.withLock { state in
            defer { state.waiter = nil }
            if state.waiter == nil { state.isGiven = true }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns at the next signal, or when the task is cancelled.
    ///
    /// Only one task may wait; a second one sends the first on.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                    if state.isGiven || Task.isCancelled {
                        state.isGiven = false
                        return [continuation]
                    }
                    defer { state.waiter = continuation }
                    return state.waiter.map { [$0] } ?? []
                }
                for continuation in ready { continuation.resume() }
            }
        } onCancel: {
            // Not a signal: who waits next is not to be woken by it.
            state.withLock { state in
                defer { state.waiter = nil }
                return state.waiter
            }?.resume()
        }
    }
}
