internal import Glibc
package import Jobs

extension Inbox {
    /// Removes the folders below the inbox that were emptied, and has the `_params.yaml` that lie alone in one follow their files.
    ///
    /// For a timer: whatever is in use, was changed lately or holds anything else stays, and the inbox's own `_params.yaml` for good. The
    /// time before its first call does not count. Nothing is replaced in `done`.
    ///
    /// - Parameter done: The pipeline's folder of done originals.
    /// - Throws: The call that failed; what was not tidied is so by a later call.
    /// - Returns: Where parameter files lie in `done` now.
    package func tidyParameters(to done: Folder) async throws -> [RelativePath] {
        guard let folder else { return [] }
        let found = try await blocking { try IdleFolderWalk.run(in: folder) }
        let idle = idleFolders.found(found, at: watcher.clock.now().ledger)
        guard !idle.isEmpty else { return [] }
        return try await blocking { try idle.compactMap { try IdleFolderWalk.tidy($0, in: folder, to: done) } }
    }
}

/// Finds and removes folders that nobody uses.
///
/// All functions block.
enum IdleFolderWalk {
    /// All folders below an inbox that hold nothing but perhaps parameters, and folders of that kind.
    static func run(in inbox: Folder) throws(SystemError) -> [IdleFolders.Found] {
        var found: [IdleFolders.Found] = []
        _ = try walk(inbox, at: [], into: &found)
        return found
    }

    /// Whether there is nothing else in the folder.
    private static func walk(
        _ folder: Folder,
        at folders: [FileName],
        into found: inout [IdleFolders.Found]
    ) throws(SystemError) -> Bool {
        var isIdle = true
        var subfolders: [FileName] = []
        let listing = try DirectoryListing(of: folder)
        while let page = try listing.nextPage() {
            for item in page {
                switch try DirectoryListing.kind(of: item, in: folder) {
                case .folder: subfolders.append(item.name)
                case .file where item.name == ParameterName.everythingName: break
                default: isIdle = false
                }
            }
        }
        for name in subfolders {
            let isLeft = try enter(name, of: folder, at: folders, into: &found)
            isIdle = isIdle && isLeft
        }
        guard isIdle, !folders.isEmpty, found.count < IdleFolders.capacity else { return isIdle }
        found.append(IdleFolders.Found(folders: folders, condition: try condition(of: folder)))
        return true
    }

    private static func enter(
        _ name: FileName,
        of folder: Folder,
        at folders: [FileName],
        into found: inout [IdleFolders.Found]
    ) throws(SystemError) -> Bool {
        // What systems keep there is theirs.
        guard NameRules().rule(for: name) == nil, folders.count < RelativePath.maximumDepth else { return false }
        do {
            return try walk(try folder.folder(name), at: folders + [name], into: &found)
        } catch {
            guard error.isAbsenceForNow || error.code == EACCES else { throw error }
            return false
        }
    }

    private static func condition(of folder: Folder) throws(SystemError) -> IdleFolders.Condition {
        let parameters = try folder.entry(ParameterName.everythingName)
        return IdleFolders.Condition(folder: try folder.identity(), parameters: parameters?.identity)
    }

    /// Removes an idle folder, after its parameters went to `done`; gives where those lie.
    static func tidy(
        _ found: IdleFolders.Found,
        in inbox: Folder,
        to done: Folder
    ) throws(SystemError) -> RelativePath? {
        var moved: RelativePath?
        do {
            let folder = try inbox.folder(at: found.folders)
            if found.condition.parameters != nil {
                // Somebody came in the last moment.
                guard try folder.entry(ParameterName.everythingName)?.identity == found.condition.parameters else {
                    return nil
                }
                moved = try move(from: folder, at: found.folders, to: done)
            }
            guard let name = found.folders.last else { return moved }
            try inbox.folder(at: found.folders.dropLast()).removeFolder(name)
        } catch {
            // Not empty any more, or gone, or not ours to remove: it stays as it is.
            guard [ENOTEMPTY, EEXIST, EACCES, EPERM, EBUSY].contains(error.code) || error.isAbsenceForNow else {
                throw error
            }
        }
        return moved
    }

    private static func move(
        from folder: Folder,
        at folders: [FileName],
        to done: Folder
    ) throws(SystemError) -> RelativePath? {
        let target = try done.synchronizedFolder(at: folders)
        let temporary = FileName(cleaning: ".runninghubd-params.yaml".utf8)
        for _ in 0..<100 {
            let number = try target.firstFreeNumber { [ParameterName.everythingName.numbered($0)] }
            let name = ParameterName.everythingName.numbered(number)
            if try folder.moveFile(ParameterName.everythingName, to: target, as: name, by: temporary) {
                return RelativePath(folders: folders, name: name)
            }
        }
        return nil
    }
}
