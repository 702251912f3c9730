import Spool
import Synchronization

/// The inboxes that are looked through, by pipeline, so that they can be asked.
final class InboxTable: Sendable {
    private let inboxes = Mutex<[String: Inbox]>([:])

    func set(_ inbox: Inbox, of pipeline: String) {
        inboxes.withLock { $0[pipeline] = inbox }
    }

    func remove(_ pipeline: String) {
        inboxes.withLock { $0[pipeline] = nil }
    }

    subscript(pipeline: String) -> Inbox? {
        inboxes.withLock { $0[pipeline] }
    }
}
