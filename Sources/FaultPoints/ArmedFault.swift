import Glibc
import Synchronization

/// What happens at one fault point of this process, once.
///
/// The environment variable `RUNNINGHUBD_FAULT` says it: `POINT:SIDE:HIT:ACTION`, such as `post:after:1:kill`. SIDE is `before` or `after`,
/// HIT counts how often that side is reached, from 1, ACTION is `kill` or `stall`.
package final class ArmedFault: Sendable {
    /// What happens there.
    package enum Action: String, Sendable, Hashable {
        /// The process is ended by SIGKILL, as by a crash.
        case kill
        /// The thread never goes on, as in a call that hangs.
        case stall
    }

    /// Where it happens.
    package let point: FaultPoint
    /// On which side of it.
    package let side: FaultPoint.Side
    /// What happens.
    package let action: Action
    private let remaining: Atomic<Int>

    /// The environment variable that arms one.
    package static let variable = "RUNNINGHUBD_FAULT"

    /// The one of this process, read when the first point is reached.
    package static let ofProcess: ArmedFault? = getenv(variable).flatMap { ArmedFault(String(cString: $0)) }

    /// Reads `POINT:SIDE:HIT:ACTION`; nothing where it is anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let point = FaultPoint(rawValue: parts[0]),
            let side = FaultPoint.Side(rawValue: parts[1]),
            let hit = Int(parts[2]), hit > 0, let action = Action(rawValue: parts[3])
        else { return nil }
        self.point = point
        self.side = side
        self.action = action
        remaining = Atomic(hit)
    }

    func reached(_ point: FaultPoint, _ side: FaultPoint.Side) {
        guard isDue(point, side) else { return }
        if action == .kill { Glibc.kill(getpid(), SIGKILL) }
        // A killed process may run on for a moment: no thread may pass this point.
        while true { pause() }
    }

    /// Counts that a side is reached, and tells whether it is the time that is meant.
    func isDue(_ point: FaultPoint, _ side: FaultPoint.Side) -> Bool {
        guard point == self.point, side == self.side else { return false }
        return remaining.subtract(1, ordering: .relaxed).newValue == 0
    }
}
