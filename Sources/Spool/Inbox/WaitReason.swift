package import Jobs

/// The one reason for which something stands in an inbox and is not a job yet.
package enum WaitReason: Sendable, Hashable {
    /// By its name.
    case ignoredName(NameRule)
    /// By the name of a folder that it lies in.
    case inIgnoredFolder(FileName, NameRule)
    /// It changed lately: unchanged since the one time, it is taken at the other if it stays so.
    case beingWritten(since: Timestamp, until: Timestamp)
    /// The program that made it has not closed it yet; it was last seen to change at this time.
    case heldOpen(since: Timestamp)
    /// It has no content. Taken when it has some.
    case empty
    case symbolicLink
    case pipe
    case socket
    case device
    /// The daemon may not read it; the command lets it.
    case unreadable(cure: String)
    /// The daemon may not move what is in that folder; the command lets it.
    case unmovable(cure: String)
    /// It lies more folders deep than are looked through.
    case tooDeep
    /// A folder: each file in it is looked at on its own.
    case batchFolder
    /// A folder of job folders: each folder in it is looked at on its own.
    case foldersOfJobs
    /// A file where only folders are taken, which must hold these.
    case notInJobFolder(Pipeline.JobFolder)
    /// A job folder that lacks files of these stems (empty: the further file), and is given up at that time if they don't come.
    case lacksFiles([String], until: Timestamp)
    /// A job folder with several files of a stem of which it must have one (empty: several further files).
    case severalFiles(stem: String, [FileName])
    /// A job folder with more in it than is looked at.
    case holdsTooMuch
    /// What lies under this path keeps the folder, for this reason.
    indirect case within(RelativePath, WaitReason)
    /// It waits for parameters, or a parameter file of it is wrong, as this sentence says.
    case awaitingParameters(Phrase)
    /// It is complete and the next to be taken.
    case awaitingTurn
    /// Taking it failed, with this message; the next try is at that time.
    case setAside(Phrase, until: Timestamp)
    /// It was not looked at yet.
    case notYetSeen
    /// The inbox's folder is not there.
    case away

    /// Since when it is so, where that is known.
    package var since: Timestamp? {
        switch self {
        case .beingWritten(let since, _), .heldOpen(let since): since
        case .within(_, let reason): reason.since
        default: nil
        }
    }

    /// When it is looked at again at the latest, where that is known.
    package var until: Timestamp? {
        switch self {
        case .beingWritten(_, let until), .setAside(_, let until), .lacksFiles(_, let until): until
        case .within(_, let reason): reason.until
        default: nil
        }
    }

    /// Whether it stays until somebody does something about it.
    package var needsPerson: Bool {
        switch self {
        case .beingWritten, .heldOpen, .batchFolder, .foldersOfJobs, .awaitingTurn, .setAside, .notYetSeen: false
        case .within(_, let reason): reason.needsPerson
        default: true
        }
    }

    /// The reason for a person, in English, with times as they lie from `now`.
    package func sentence(at now: Timestamp) -> String {
        phrase(at: now).english
    }
}
