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
    case awaitingParameters(String)
    /// It is complete and the next to be taken.
    case awaitingTurn
    /// Taking it failed, with this message; the next try is at that time.
    case setAside(String, until: Timestamp)
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

    /// The reason for a person, with times as they lie from `now`.
    package func sentence(at now: Timestamp) -> String {
        switch self {
        case .ignoredName(let rule): "Not taken: \(rule.sentence)."
        case .inIgnoredFolder(let folder, let rule): "Not taken: it lies in \(folder); \(rule.sentence)."
        case .beingWritten(let since, let until):
            "Still being written: unchanged for \(Self.span(now - since)), taken in \(Self.span(until - now)) if it stays so."
        case .heldOpen(let since):
            "Still being written: the program that made it has it open (last change seen \(Self.span(now - since)) ago)."
                + " Taken when it is closed."
        case .empty: "Empty. Taken when it has content."
        case .symbolicLink: "Not taken: it is a symbolic link. Drop the file itself."
        case .pipe: "Not taken: it is a named pipe, not a file."
        case .socket: "Not taken: it is a socket, not a file."
        case .device: "Not taken: it is a device, not a file."
        case .unreadable(let cure): "May not be read by runninghubd. Cure: \(cure)"
        case .unmovable(let cure): "May not be moved by runninghubd. Cure: \(cure)"
        case .tooDeep: "Not taken: it lies more than \(RelativePath.maximumDepth) folders deep."
        case .batchFolder: "A folder: each file in it is a job of its own."
        case .foldersOfJobs: "A folder of folders: each of those is a job of its own."
        case .notInJobFolder(let wanted): "Not taken: this pipeline takes folders with \(wanted.description) in them."
        case .lacksFiles(let stems, let until):
            "Waits for \(Pipeline.JobFolder.description(of: stems)); fails in \(Self.span(until - now))"
                + " without \(stems.count == 1 ? "it" : "them")."
        case .severalFiles(let stem, let names):
            "Waits: \(stem.isEmpty ? "more than one further file" : "more than one file for \(stem)")"
                + " (\(names.map(\.description).joined(separator: ", "))). Take away all but one."
        case .holdsTooMuch: "Not taken: more than \(JobFolders.entryLimit) files and folders are in it."
        case .within(let path, let reason): "\(path) in it: \(reason.sentence(at: now))"
        case .awaitingParameters(let sentence): sentence
        case .awaitingTurn: "Complete, and about to be taken."
        case .setAside(let message, let until):
            "Could not be taken: \(message). Tried again in \(Self.span(until - now))."
        case .notYetSeen: "Not looked at yet; that is done next."
        case .away: "The inbox's folder is away (its disk not mounted?). Nothing is taken until it is back."
        }
    }

    private static func span(_ duration: Duration) -> String {
        let seconds = max(0, duration.milliseconds / 1000)
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        default: "\(seconds / 3600) h"
        }
    }
}

extension Pipeline.JobFolder {
    /// What the folder must hold, for a person: «person, clothes and one further file».
    package var description: String {
        Self.description(of: stems + (hasOther ? [""] : []))
    }

    /// Files of these stems as people say it; an empty one is the further file.
    static func description(of stems: [String]) -> String {
        let names = stems.map { $0.isEmpty ? "one further file" : $0 }
        guard let last = names.last else { return "files" }
        return names.count == 1 ? last : "\(names.dropLast().joined(separator: ", ")) and \(last)"
    }
}
