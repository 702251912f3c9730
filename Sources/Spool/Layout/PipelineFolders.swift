internal import Glibc
package import Jobs
internal import Synchronization

/// The five folders of one pipeline, and whether they are there.
///
/// Before anything is taken or put, `presence` is asked: it looks at every folder by its path, so it notices a disk that went or came.
/// Folders that came back are opened anew. All calls that reach the disk block.
package final class PipelineFolders: Sendable {
    /// The pipeline's name.
    package let pipeline: FileName
    let spool: SpoolLayout
    private let elsewhere: [FolderRole: String]
    private let open = Mutex<[FolderRole: Found]>([:])

    /// The folders of a pipeline, of which `elsewhere` has those that do not lie in the spool.
    ///
    /// Nothing is opened yet.
    package init(pipeline: FileName, spool: SpoolLayout, elsewhere: Pipeline.Folders = Pipeline.Folders()) {
        self.pipeline = pipeline
        self.spool = spool
        let paths: [FolderRole: String?] = [
            .inbox: elsewhere.inbox, .outbox: elsewhere.outbox, .done: elsewhere.done, .failed: elsewhere.failed,
        ]
        self.elsewhere = paths.compactMapValues { $0 }
    }

    /// Whether all five folders are there and are those that the ledger marked.
    package enum Presence: Sendable, Hashable {
        case here
        /// Nothing may be taken from the pipeline's folders or put into them.
        case away(FolderRole, Absence)
    }

    /// Why a folder counts as away.
    package enum Absence: Sendable, Hashable {
        /// There is no folder.
        case noFolder
        /// It has no marker: perhaps the empty mount point of a disk that is not mounted.
        case noMarker
        /// Its marker is empty: a person says that it is the right one, and it may be marked anew.
        case emptyMarker
        /// What stands in its marker's place is none.
        case unreadableMarker
        /// It bears the marker of another ledger.
        case otherLedger(String)
        /// It could not be looked at.
        case unreachable(SystemError)
    }

    /// The absolute path of a folder, for people and for the ledger.
    package func path(of role: FolderRole) -> String {
        elsewhere[role] ?? "\(spool.path)/\(role.rawValue)/\(pipeline)"
    }

    /// A folder as `presence` last found it; nothing while the pipeline is away.
    package subscript(role: FolderRole) -> Folder? {
        open.withLock { $0[role]?.folder }
    }

    /// Looks at every folder, by its path, for the marker of this ledger.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - ledger: its id.
    ///   - isThorough: whether each folder is opened and its marker read, though it is the one that was there before. What a look at its
    ///     path and its marker's times does not tell (a right to read that was taken away) is noticed by this alone.
    /// - Returns: whether all are here.
    package func presence(of ledger: String, isThorough: Bool = false) -> Presence {
        var found: [FolderRole: Found] = [:]
        for role in FolderRole.allCases {
            switch look(for: role, of: ledger, isThorough: isThorough) {
            case .success(let one): found[role] = one
            case .failure(let absence):
                open.withLock { $0 = [:] }
                return .away(role, absence.absence)
            }
        }
        open.withLock { open in
            // One that is still the same keeps its descriptor: watches hang on it.
            open = found.merging(open) { new, old in
                guard new.folder !== old.folder, (try? new.folder.isSame(as: old.folder)) == true else { return new }
                var same = new
                same.folder = old.folder
                return same
            }
        }
        return .here
    }

    /// One folder, if it is there and is the one that the ledger marked, whether the others are there or not.
    ///
    /// Blocks.
    package func present(_ role: FolderRole, of ledger: String) -> Folder? {
        if case .success(let found) = look(for: role, of: ledger, isThorough: true) { found.folder } else { nil }
    }

    private struct Away: Error { let absence: Absence }

    /// A folder with its marker.
    private struct Found: Sendable {
        var folder: Folder
        let identity: FileIdentity
        /// What the marker's file was before it was read; nothing where times are another machine's, and may be told late.
        let marker: FileIdentity?
        let ledger: String
    }

    private func look(for role: FolderRole, of ledger: String, isThorough: Bool) -> Result<Found, Away> {
        if !isThorough, let known = open.withLock({ $0[role] }), known.ledger == ledger, isThere(known, as: role) {
            return .success(known)
        }
        do throws(SystemError) {
            let folder = try opened(role)
            let identity = try folder.identity()
            let file = try folder.fileSystemKind().isRemote ? nil : folder.entry(Marker.name)?.identity
            switch try Marker.find(in: folder) {
            case .marker(let marker) where marker.ledger == ledger:
                return .success(Found(folder: folder, identity: identity, marker: file, ledger: ledger))
            case .marker(let marker): return .failure(Away(absence: .otherLedger(marker.ledger)))
            case .none: return .failure(Away(absence: .noMarker))
            case .empty: return .failure(Away(absence: .emptyMarker))
            case .unreadable: return .failure(Away(absence: .unreadableMarker))
            }
        } catch {
            let isMissing = error.code == ENOENT || error.code == ENOTDIR
            return .failure(Away(absence: isMissing ? .noFolder : .unreachable(error)))
        }
    }

    /// Whether the folder that was opened before stands at its path still, with the marker that was read then: two calls instead of twelve.
    ///
    /// On a local disk no other folder can have its inode while it is open.
    private func isThere(_ known: Found, as role: FolderRole) -> Bool {
        guard let marker = known.marker,
            let status = try? spool.calls.status(of: Array(path(of: role).utf8), in: AT_FDCWD)
        else { return false }
        let now = FileIdentity(status)
        return (now.device, now.inode) == (known.identity.device, known.identity.inode)
            && (try? known.folder.entry(Marker.name))??.identity == marker
    }

    /// Opens a folder as it stands now.
    func opened(_ role: FolderRole) throws(SystemError) -> Folder {
        guard let path = elsewhere[role] else { return try spool.folder().folder(role.name).folder(pipeline) }
        return try Folder(path: path, calls: spool.calls)
    }

    /// Makes a folder where it is missing; says whether it was.
    func makeFolder(_ role: FolderRole) throws(SystemError) -> Bool {
        if let path = elsewhere[role] { return try SpoolLayout.makeFolder(at: path, calls: spool.calls) }
        let parent = try spool.folder().madeFolder(role.name)
        do {
            try spool.calls.makeFolder(pipeline.bytes, in: parent.descriptor, mode: 0o770)
        } catch {
            guard error.code == EEXIST else { throw error }
            return false
        }
        try parent.synchronize()
        return true
    }
}
