package import Jobs

/// Decides which files of one inbox are complete.
///
/// A pure value: what was noticed and what the clocks show comes in, nothing goes out but the answers.
///
/// Its owner tells it what it notices (`created`, `closed`, `movedIn`, … and `found` for a listing), asks which paths to look at
/// (`looks`), tells what stands there (`looked`), and takes what has settled (`takeReady`). A file that was offered is kept until it
/// has left the inbox or is returned.
///
/// **When a file settles.** Renamed into the inbox: at once. Closed after writing: when size, mtime and ctime stay the same for the quiet
/// time. Its close not seen: for the poll quiet time, at once if its ctime is older than that. A file that was seen to be made by a
/// program and not yet closed by it waits for the close, however long the pauses in its writing: the kernel reports every close, so
/// that wait ends; and so does a file that was empty when it was opened. (`Openings` tells how a reader is kept apart.) An empty file never
/// settles. (Whether a program has a file open for writing could also be asked by a read lease,
/// `F_SETLEASE`; but that takes the file's owner or `CAP_LEASE`, and the daemon is neither for what other people drop.)
///
/// **Clocks.** Waits run on the ledger's clock. A ctime is compared with the wall clock as if the wall clock had always been as far
/// behind as it ever was since the start, so a step of it in either direction can only make a file wait, and a ctime in the future counts
/// for nothing. Where the file system's times are another machine's (`trustsChangeTimes` false) a ctime counts for nothing at all.
///
/// **Memory.** About 300 bytes for a file with a name of usual length, and only while it is not settled or not yet gone; never more than
/// `capacity` files. What finds no room is forgotten (`hasMissed`) and has to be found by a listing again: the directory is the
/// list of what waits, this is not.
package struct Settling: Sendable {
    /// By what rules files settle.
    package struct Settings: Sendable, Hashable {
        /// How long a file that was closed must stay unchanged.
        package var quietTime: Duration
        /// How long a file whose close was not seen must stay unchanged.
        package var pollQuietTime: Duration
        /// Whether the file system stamps its files by this machine's clock.
        package var trustsChangeTimes: Bool
        /// The most files to keep in mind.
        package var capacity: Int

        /// The times of a pipeline.
        package init(
            _ inbox: Pipeline.InboxSettings,
            trustsChangeTimes: Bool = true,
            capacity: Int = 16384
        ) {
            quietTime = inbox.quietTime
            pollQuietTime = max(inbox.pollQuietTime, inbox.quietTime)
            self.trustsChangeTimes = trustsChangeTimes
            self.capacity = max(1, capacity)
        }
    }

    /// A path to look at.
    package struct Look: Sendable, Hashable {
        /// Where.
        package let path: RelativePath
        /// What had been noticed of it by then; an answer that something overtook is void.
        let revision: UInt32
    }

    /// What stands under a path.
    package enum Observation: Sendable, Hashable {
        /// A file that may be taken once it is complete.
        case file(FileIdentity)
        /// A file without content.
        case empty
        /// Nothing, or something that is not to be taken as it is.
        case nothing
        /// It could not be told.
        case unknown
    }

    /// The rules.
    package var settings: Settings
    /// Whether something was forgotten for want of room, so that a listing has to find it again.
    package internal(set) var hasMissed = false

    var pending: [RelativePath: Pending] = [:]
    var setAside: [RelativePath: SetAside] = [:]
    var due = DueQueue()
    var ready = ReadyQueue()
    /// What left by a rename last, and how often it was open where a writer held it.
    var lastMovedAway: (cookie: UInt32, openings: Openings?)?
    /// Empty files: who opens one is about to fill it.
    var placeholders: Set<RelativePath> = []
    /// Files that this process itself put back, and until when a rename into the inbox is to be taken for that.
    var putBack: [Inode: Timestamp] = [:]
    var smallestOffset: Int64?

    /// Knows of nothing.
    package init(settings: Settings) {
        self.settings = settings
    }

    /// How many files are kept in mind.
    package var count: Int { pending.count }
    /// Whether there is room for what a listing finds: half of it is left for what is noticed.
    package var hasRoomForListing: Bool { pending.count <= settings.capacity / 2 }
    var isFull: Bool { pending.count >= settings.capacity }
}
