import NIOPosix

/// What goes on for long in one call, as a copy between disks does, tells each time it has got on.
package enum LongCall {
    /// Whom a thread tells.
    private final class Listener: Sendable {
        let moves: @Sendable () -> Void

        init(_ moves: @escaping @Sendable () -> Void) {
            self.moves = moves
        }
    }

    /// Of the thread, since calls that block are made on threads that run no task: to bind a task-local value there ends a statically
    /// linked program by SIGSEGV (Swift 6.3.1).
    private static let listener = ThreadSpecificVariable<Listener>()

    /// Makes calls on this thread.
    ///
    /// - Parameters:
    ///   - moves: told by this thread each time one has got on.
    ///   - body: makes them.
    /// - Returns: what `body` returns.
    package static func telling<Value>(
        _ moves: @escaping @Sendable () -> Void,
        of body: () throws -> Value
    ) rethrows -> Value {
        listener.currentValue = Listener(moves)
        defer { listener.currentValue = nil }
        return try body()
    }

    /// The call has got on.
    static func moves() {
        listener.currentValue?.moves()
    }
}
