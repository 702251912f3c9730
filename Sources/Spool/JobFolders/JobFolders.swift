package import Jobs

/// Decides which job folders of one inbox are complete.
///
/// A pure value above `Settling`, which decides when each file is complete. Its owner tells it of every file that settled (`settled`) or
/// in which something was noticed (`touched`), asks which folders to look at (`looks`), lists them whole and tells what is in them
/// (`looked`), and takes what is complete (`takeReady`). What was offered is kept until it has left the inbox or is returned.
///
/// **When a folder is complete.** Every file in it is settled and still in the condition in which it settled, and what the pipeline names
/// is there, each once. A folder that lacks something is given up when nothing in it has changed for `patience`; while a file in it is
/// still being written it is not.
///
/// **Memory.** About 400 bytes for each settled file of a folder that is not complete; never more than `capacity` of them. A folder that
/// cannot be complete as it is, or is none, is forgotten until something in it changes or a listing comes by.
package struct JobFolders: Sendable {
    /// How long a folder that lacks a file is waited for after its last change.
    package static let patience = Duration.seconds(15 * 60)
    /// The most files and folders in a job folder.
    package static let entryLimit = 1000
    /// How long after a notice a folder is looked at: many come together.
    static let pause = Duration.seconds(1)

    struct Candidate: Sendable {
        enum Phase: Sendable {
            case waiting
            case ready(SettledFile)
            case offered
        }

        var phase = Phase.waiting
        /// When something in it changed last, as far as is known.
        var changedAt: Timestamp
        /// `JobFolderListing.condition` at the last look.
        var condition: Int?
        /// Whether something was noticed since it was offered.
        var isTouched = false
        var hasNewParameters = false
        var setAside: Settling.SetAside?

        init(changedAt: Timestamp) {
            self.changedAt = changedAt
        }

        var isOffered: Bool {
            if case .offered = phase { true } else { false }
        }
    }

    /// What a folder must hold.
    let wanted: Pipeline.JobFolder
    let capacity: Int
    let backstop: Duration

    var candidates: [RelativePath: Candidate] = [:]
    /// Files that settled, by their folders, in what condition they did.
    var members: [[FileName]: [FileName: FileIdentity]] = [:]
    var memberCount = 0
    var requests: [RelativePath: Timestamp] = [:]
    var due = DueQueue()
    var ready: [RelativePath] = []

    /// Knows of nothing.
    package init(wanted: Pipeline.JobFolder, inbox: Pipeline.InboxSettings, capacity: Int = 16384) {
        self.wanted = wanted
        self.capacity = max(1, capacity)
        backstop = max(inbox.pollQuietTime, .seconds(1))
    }

    /// Whether there is room for what a listing finds.
    package var hasRoomForListing: Bool { memberCount + candidates.count <= capacity / 2 }

    // MARK: Files

    /// A file in a folder is complete; false where it finds no room and has to be found again.
    package mutating func settled(_ path: RelativePath, _ identity: FileIdentity, at now: Timestamp) -> Bool {
        guard let folder = path.folder else { return true }
        guard memberCount + candidates.count < capacity else { return false }
        if members[path.folders, default: [:]].updateValue(identity, forKey: path.name) == nil { memberCount += 1 }
        request(folder, at: now)
        return true
    }

    /// Whether a file is known to have settled in just this condition.
    package func isSettled(_ path: RelativePath, _ identity: FileIdentity) -> Bool {
        members[path.folders]?[path.name] == identity
    }

    /// Something happened to a file in a folder.
    package mutating func touched(_ path: RelativePath, at now: Timestamp) {
        guard let folder = path.folder else { return }
        unsettle(path)
        if let known = known(folder) { candidates[known]?.changedAt = now }
        request(folder, at: now + Self.pause)
    }

    /// A listing came across a file in a folder that is not worth anything yet.
    package mutating func found(_ path: RelativePath, at now: Timestamp) {
        guard let folder = path.folder, known(folder) == nil else { return }
        request(folder, at: now)
    }

    mutating func unsettle(_ path: RelativePath) {
        guard members[path.folders]?.removeValue(forKey: path.name) != nil else { return }
        memberCount -= 1
        if members[path.folders]?.isEmpty == true { members[path.folders] = nil }
    }

    /// A folder and all that was in it is gone, or elsewhere.
    package mutating func goneBelow(_ folders: [FileName], at now: Timestamp) {
        for path in candidates.keys where (path.folders + [path.name]).starts(with: folders) {
            // An offered one is being claimed: that is what this tells, and its owner will say how it ended.
            if candidates[path]?.isOffered == false { candidates[path] = nil }
        }
        forgetMembers(below: folders)
        // It may have been the last thing that a folder above it waited for, or lacks now.
        if folders.count > 1 {
            request(RelativePath(folders: Array(folders.dropLast(2)), name: folders[folders.count - 2]), at: now)
        }
    }

    mutating func forgetMembers(below folders: [FileName]) {
        for key in members.keys where key.starts(with: folders) {
            memberCount -= members.removeValue(forKey: key)?.count ?? 0
        }
    }

    /// Forgets everything but what is offered.
    package mutating func forgetAll() {
        candidates = candidates.filter(\.value.isOffered)
        members = [:]
        memberCount = 0
        requests = [:]
        due.removeAll()
        ready = []
    }
}

extension RelativePath {
    /// The folder that it lies in; nothing for what lies in the inbox itself.
    var folder: RelativePath? {
        folders.last.map { RelativePath(folders: Array(folders.dropLast()), name: $0) }
    }
}
