internal import FaultPoints
internal import Glibc
internal import Jobs

/// The steps of taking files out of one pipeline's inbox.
///
/// Each can be repeated after a crash at any point in it or behind it.
///
/// The order: commit the row; `takeIn`; `synchronize`, for many at once; commit that it is claimed. A row without that second commit
/// is recovered by the same two steps, or withdrawn where `locate` says that the file is nowhere.
///
/// A file is at every moment in exactly one of three places — its name in the inbox, the hidden name beside it, its place in `work/` —
/// or, while a link or copy is being finished, in two of which the later one counts.
///
/// A file with further hard links is taken like any other: programs without a rename drop that way, and what its other names do to
/// its content shows in its size and times, which are compared again before and after the upload. A copy would not make that safer: the
/// other names could change it while it is copied just as well.
///
/// All functions block.
package struct Claims: Sendable {
    let inbox: Folder
    let work: Folder
    private let inspector: Inspector
    var place: String { inspector.place }

    /// Takes files from this inbox into this work folder.
    ///
    /// `place` is the inbox's absolute path, for the commands in reasons.
    package init(inbox: Folder, work: Folder, place: String) {
        self.inbox = inbox
        self.work = work
        inspector = Inspector(rules: NameRules(), place: place)
    }

    /// Moves a claimed file or job folder to its place in `work/`, or goes on with that, and looks at what arrived.
    package func takeIn(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        FaultPoint.claimMove.before()
        let outcome = try takeInAlone(claim)
        FaultPoint.claimMove.after()
        if case .taken = outcome, let sidecar = claim.sidecar {
            try Sidecar(job: claim.job)
                .follow(from: claim.source, below: inbox, to: claim.place, below: work, expecting: sidecar)
        }
        return outcome
    }

    private func takeInAlone(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        switch try locate(claim) {
        case .work: try resume(claim)
        case .hidden: try bringIn(claim)
        case .inbox: try take(claim)
        case .changed(let identity): .changed(identity)
        case .nowhere: .gone
        }
    }

    /// Where a claimed file or job folder is.
    ///
    /// - Parameters:
    ///   - claim: which one.
    ///   - isPlaceAnothers: whether its place in `work/` belongs to another job, and so says nothing.
    /// - Throws: the call that failed.
    /// - Returns: where it is.
    package func locate(_ claim: Claim, isPlaceAnothers: Bool = false) throws(SystemError) -> Claim.Location {
        let arrived = isPlaceAnothers ? nil : try work.entry(at: claim.place)
        guard claim.kind == .file else { return try locateFolder(claim, arrived) }
        if let arrived, arrived.identity.isSameFile(as: claim.settled) { return .work }
        if let arrived, let copy = try work.entry(at: claim.place.sibling(claim.copyName)),
            copy.identity.isSameFile(as: arrived.identity)
        {
            return .work
        }
        if try inbox.entry(at: claim.source.sibling(claim.hiddenName)) != nil { return .hidden }
        let source = try inbox.entry(at: claim.source)
        if let source, source.kind == .file, source.identity.isSameContent(as: claim.settled) { return .inbox }
        if let arrived, arrived.kind == .file, arrived.identity.isLike(claim.settled) { return .work }
        return source.map { .changed($0.identity) } ?? .nowhere
    }

    // MARK: In one step

    private func take(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        let from = try inbox.folder(at: claim.source.folders)
        if let reason = try refusal(of: claim, in: from) { return .refused(reason) }
        let to = try work.synchronizedFolder(at: claim.place.folders)
        if try isBesideAnothersParameters(claim) { return .nameTaken }
        do {
            try from.rename(claim.source.name, to: to, as: claim.place.name)
        } catch {
            switch error.code {
            case EEXIST: return .nameTaken
            case ENOENT: return try missed(claim)
            case EXDEV, EINVAL, ENOSYS:
                guard try hide(claim, in: from) else { return try missed(claim) }
                return try bringIn(claim)
            case EACCES, EPERM: return .refused(.unmovable(cure: try cure(for: claim, in: from)))
            default: throw error
            }
        }
        return try arrived(claim)
    }

    /// Somebody was quicker.
    func missed(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        guard let entry = try inbox.entry(at: claim.source) else { return .gone }
        return .changed(entry.identity)
    }

    /// Compares what a rename or link brought to `work/` with what settled; another file goes back.
    func arrived(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        FaultPoint.claimLook.before()
        defer { FaultPoint.claimLook.after() }
        guard let (to, entry) = try placed(claim) else { return .gone }
        guard claim.kind == .file else {
            if let inputs = try intactInputs(of: entry, in: to, claim) { return .taken(entry.identity, inputs: inputs) }
            return .changed(try putBack(claim.place.name, of: to, for: claim))
        }
        if entry.links > 1 { try removeHiddenLink(claim) }
        if entry.kind == .file, entry.identity.isSameContent(as: claim.settled) { return .taken(entry.identity) }
        return .changed(try putBack(claim.place.name, of: to, for: claim))
    }

    /// Goes on with what an earlier call brought to `work/`: the file itself, or a copy of it.
    func resume(_ claim: Claim) throws(SystemError) -> Claim.Outcome {
        guard let (to, entry) = try placed(claim) else { return .gone }
        if entry.identity.isSameFile(as: claim.settled) {
            try removeRewritten(claim, in: to)
            return try arrived(claim)
        }
        return claim.kind == .file ? try finishCopy(claim, entry, in: to) : try finishFolderCopy(claim, in: to)
    }

    /// Whether the parameters of another file lie where its own are to lie.
    func isBesideAnothersParameters(_ claim: Claim) throws(SystemError) -> Bool {
        guard claim.kind == .file, claim.sidecar != nil else { return false }
        return try Sidecar.isTaken(beside: claim.place, below: work)
    }

    private func placed(_ claim: Claim) throws(SystemError) -> (Folder, Entry)? {
        do throws(SystemError) {
            let to = try work.folder(at: claim.place.folders)
            return try to.entry(claim.place.name).map { (to, $0) }
        } catch {
            guard error.isAbsence else { throw error }
            return nil
        }
    }

    /// Ends a linking that was cut off before the hidden name was gone.
    private func removeHiddenLink(_ claim: Claim) throws(SystemError) {
        guard let hidden = try inbox.entry(at: claim.source.sibling(claim.hiddenName)) else { return }
        guard hidden.identity.isSameFile(as: claim.settled) else { return }
        try inbox.folder(at: claim.source.folders).remove(claim.hiddenName)
    }

    /// Why a file may not be taken, if it may not.
    private func refusal(of claim: Claim, in from: Folder) throws(SystemError) -> WaitReason? {
        guard claim.kind == .file else {
            // A folder's own entry `..` changes with a move, so it must be writable itself.
            guard case .stays(let reason) = try inspector.enter(claim.source.name, of: from, at: claim.source.folders)
            else { return nil }
            return reason
        }
        guard case .stays(let reason) = try inspector.inspect(claim.source.name, of: from, at: claim.source.folders)
        else { return nil }
        switch reason {
        case .unreadable, .unmovable: return reason
        // What else is wrong with it, a name or no content, was judged before it settled.
        default: return nil
        }
    }

    private func cure(for claim: Claim, in from: Folder) throws(SystemError) -> String {
        if claim.kind == .folder {
            let status = try from.calls.status(of: claim.source.name.bytes, in: from.descriptor)
            let cure = try Cure(inspector.place).forMoving(claim.source, status, of: from)
            return cure ?? Cure(inspector.place).forFolder(claim.source)
        }
        let folders = claim.source.folders
        guard let name = folders.last else { return "chmod g+rwx \(Cure.quoted(Array(inspector.place.utf8)))" }
        return Cure(inspector.place).forFolder(RelativePath(folders: Array(folders.dropLast()), name: name))
    }

    // MARK: Back

    /// Gives what waits under its hidden name in this inbox a name for people again; false where nothing does.
    package func giveBack(_ claim: Claim) throws(SystemError) -> Bool {
        guard try inbox.entry(at: claim.source.sibling(claim.hiddenName)) != nil else { return false }
        try removeCopy(claim)
        try putBack(claim.hiddenName, of: try inbox.folder(at: claim.source.folders), for: claim)
        return true
    }

    /// Gives a file that is not the one that settled its name in the inbox again, or the next free one like it.
    @discardableResult
    func putBack(_ name: FileName, of folder: Folder, for claim: Claim) throws(SystemError) -> FileIdentity {
        let to = try inbox.madeFolder(at: claim.source.folders)
        var number = 1
        while true {
            let free = claim.source.name.numbered(number)
            do {
                try folder.place(name, in: to, as: free)
                return try to.entry(free)?.identity ?? claim.settled
            } catch {
                guard error.code == EEXIST, number < 1000 else { throw error }
                number += 1
            }
        }
    }
}

extension RelativePath {
    /// The path of another entry of the same folder.
    func sibling(_ name: FileName) -> RelativePath {
        RelativePath(folders: folders, name: name)
    }
}

extension FileIdentity {
    /// Whether both are the same file, whatever has become of its content.
    func isSameFile(as other: FileIdentity) -> Bool {
        device == other.device && inode == other.inode
    }

    /// Whether this may be a copy of a file that had that identity.
    ///
    /// File systems keep times to 2 s at the worst (FAT).
    func isLike(_ original: FileIdentity) -> Bool {
        let (difference, overflow) = modified.subtractingReportingOverflow(original.modified)
        return original.isCopied(in: self) && !overflow && difference.magnitude <= 2_000_000_000
    }
}
