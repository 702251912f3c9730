internal import CSystemd
internal import Glibc

/// Tells the service manager how the service does (sd_notify(3)).
///
/// Not under a service manager, that is without `$NOTIFY_SOCKET`, nothing happens.
package struct Notifier: Sendable {
    /// One thing to tell.
    package enum Notification: Sendable, Equatable {
        /// The start, or the reload, is done.
        case ready
        /// What `systemctl status` shows; made one line.
        case status(String)
        /// The stop has begun.
        case stopping
        /// A reload has begun at this reading of CLOCK_MONOTONIC; ``ready`` ends it.
        case reloading(monotonicMicroseconds: UInt64)
        /// The service makes progress.
        case watchdog
        /// The start or stop under way needs this long from now on.
        case extendTimeout(Duration)
    }

    package init() {}

    /// How often ``Notification/watchdog`` is due at the latest (`WatchdogSec=`), nil where none is asked for.
    ///
    /// Feed it at half of this.
    package var watchdogInterval: Duration? {
        var microseconds: UInt64 = 0
        guard sd_watchdog_enabled(0, &microseconds) > 0 else { return nil }
        return .microseconds(Int64(clamping: microseconds))
    }

    /// Sends notifications in one message, so that they count at the same instant.
    ///
    /// - Returns: Whether the message was handed over. False without a service manager, and when it could not be sent:
    ///   the service goes on in both cases.
    @discardableResult
    package func notify(_ notifications: Notification...) -> Bool {
        sd_notify(0, Self.message(notifications)) > 0
    }

    /// Tells that a reload begins now.
    @discardableResult
    package func reloading() -> Bool {
        notify(.reloading(monotonicMicroseconds: Self.monotonicMicroseconds()))
    }

    /// The text of one message: an assignment a line.
    static func message(_ notifications: [Notification]) -> String {
        notifications.map(\.assignments).joined(separator: "\n")
    }

    private static func monotonicMicroseconds() -> UInt64 {
        var now = timespec()
        guard clock_gettime(CLOCK_MONOTONIC, &now) == 0 else { return 0 }
        return UInt64(clamping: now.tv_sec) * 1_000_000 + UInt64(clamping: now.tv_nsec) / 1000
    }
}

extension Notifier.Notification {
    fileprivate var assignments: String {
        switch self {
        case .ready: "READY=1"
        case .status(let text): "STATUS=\(text.escapedToOneLine)"
        case .stopping: "STOPPING=1"
        case .reloading(let now): "RELOADING=1\nMONOTONIC_USEC=\(now)"
        case .watchdog: "WATCHDOG=1"
        case .extendTimeout(let duration): "EXTEND_TIMEOUT_USEC=\(duration.wholeMicroseconds)"
        }
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, overflowed) = product.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflow || overflowed ? .max : max(0, sum)
    }
}
