internal import Glibc

/// What an inbox has to tell the people who run the daemon.
///
/// Each is told once, when it begins.
package enum InboxEvent: Sendable, Hashable {
    /// Changes are noticed at once.
    case watching
    /// Changes are noticed by looking again and again.
    case polling(PollReason)
    /// Notifications were lost; everything is looked at again.
    case overflow
    /// The inbox's folder is not there, for this reason.
    case away(String)
    /// It is there again.
    case back
    /// The inbox could not be looked through, for this reason; it is tried again.
    case troubled(String)
}

/// Why an inbox is looked through again and again.
package enum PollReason: Sendable, Hashable {
    /// `inbox.watch: poll`.
    case configured
    /// The file system, by its name, cannot tell of every change.
    case fileSystem(String)
    /// No further folder can be watched.
    case noWatchesLeft
    /// No further program of this user can watch anything.
    case noInstancesLeft
    /// Watching failed with this message.
    case failed(String)

    init(_ error: SystemError) {
        self =
            switch error.code {
            case ENOSPC: .noWatchesLeft
            case EMFILE, ENFILE: .noInstancesLeft
            default: .failed(error.description)
            }
    }

    /// Whether trying to watch is of no use: it is not wanted, or not worth anything.
    var isFinal: Bool {
        switch self {
        case .configured, .fileSystem: true
        case .noWatchesLeft, .noInstancesLeft, .failed: false
        }
    }

    /// The reason for a person, with what to do where something can be done.
    package var sentence: String {
        switch self {
        case .configured: "the configuration says so (inbox.watch: poll)"
        case .fileSystem(let name): "changes that other machines make on \(name) are not notified"
        case .noWatchesLeft: "the system's inotify watches are used up; raise fs.inotify.max_user_watches"
        case .noInstancesLeft: "the system's inotify instances are used up; raise fs.inotify.max_user_instances"
        case .failed(let message): "watching failed: \(message)"
        }
    }
}
