import Synchronization

/// Bounds the bytes of all bodies that are held at once, so that many connections cannot take what one may not.
final class BodyAllowance: Sendable {
    private let left: Mutex<Int>

    /// - Parameter bytes: that may be held in all.
    init(bytes: Int) {
        left = Mutex(bytes)
    }

    /// Takes so many bytes, if there are as many left.
    func take(_ bytes: Int) -> Bool {
        left.withLock { left in
            guard bytes <= left else { return false }
            left -= bytes
            return true
        }
    }

    /// Gives back what was taken.
    func giveBack(_ bytes: Int) {
        left.withLock { $0 += bytes }
    }
}
