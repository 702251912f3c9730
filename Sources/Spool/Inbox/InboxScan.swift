package import Jobs

/// A walk through an inbox and the folders in it, page by page: memory is bounded by a page for each level of depth.
///
/// Each folder is watched before it is read, so that nothing that changes in it afterwards can be missed. Blocks.
package struct InboxScan: Sendable {
    /// One thing that the walk came across.
    package struct Found: Sendable, Hashable {
        /// Where.
        package let path: RelativePath
        /// What.
        package let inspection: Inspection

        /// Whether people put it there to have it taken.
        var isPeoples: Bool {
            switch inspection {
            case .stays(.ignoredName(.hidden)), .stays(.ignoredName(.own)): false
            default: true
            }
        }
    }

    private struct Level: Sendable {
        let folders: [FileName]
        let folder: Folder
        let listing: DirectoryListing
        var subfolders: [FileName] = []
    }

    private let inspector: Inspector
    private let watch: @Sendable (Folder, [FileName]) -> PollReason?
    private var levels: [Level] = []
    /// The first reason for which a folder could not be watched.
    private(set) var pollReason: PollReason?

    /// A walk that begins in the folder that `folders` lead to, `root` itself where there are none.
    package init(
        of root: Folder,
        below folders: [FileName] = [],
        inspector: Inspector,
        watch: @escaping @Sendable (Folder, [FileName]) -> PollReason? = { _, _ in nil }
    ) throws(SystemError) {
        self.inspector = inspector
        self.watch = watch
        var folder = root
        for (depth, name) in folders.enumerated() {
            guard case .folder(let next) = try inspector.enter(name, of: folder, at: Array(folders[..<depth])) else {
                return
            }
            folder = next
        }
        try push(folder, at: folders)
    }

    /// What comes next: at most a page of a listing; nothing at the end.
    package mutating func nextPage() throws(SystemError) -> [Found]? {
        while let level = levels.last {
            if let name = level.subfolders.last {
                levels[levels.count - 1].subfolders.removeLast()
                if let stays = try descend(into: name, of: level) { return [stays] }
            } else if let items = try page(of: level) {
                return try look(at: items, of: level)
            } else {
                levels.removeLast()
            }
        }
        return nil
    }

    private func page(of level: Level) throws(SystemError) -> [DirectoryListing.Item]? {
        do {
            return try level.listing.nextPage()
        } catch {
            // A folder below the inbox that was removed meanwhile; the inbox itself must not pass for empty.
            guard error.isAbsenceForNow, !level.folders.isEmpty else { throw error }
            return nil
        }
    }

    private mutating func look(at items: [DirectoryListing.Item], of level: Level) throws(SystemError) -> [Found] {
        var found: [Found] = []
        for item in items {
            let inspection = try inspector.inspect(item.name, kind: item.kind, of: level.folder, at: level.folders)
            if inspection == .stays(.batchFolder) {
                levels[levels.count - 1].subfolders.append(item.name)
            } else {
                found.append(Found(path: RelativePath(folders: level.folders, name: item.name), inspection: inspection))
            }
        }
        return found
    }

    private mutating func descend(into name: FileName, of level: Level) throws(SystemError) -> Found? {
        switch try inspector.enter(name, of: level.folder, at: level.folders) {
        case .folder(let folder):
            try push(folder, at: level.folders + [name])
            return nil
        case .stays(let reason):
            return Found(path: RelativePath(folders: level.folders, name: name), inspection: .stays(reason))
        case .nothing:
            return nil
        }
    }

    private mutating func push(_ folder: Folder, at folders: [FileName]) throws(SystemError) {
        if let reason = watch(folder, folders), pollReason == nil { pollReason = reason }
        levels.append(Level(folders: folders, folder: folder, listing: try DirectoryListing(of: folder)))
    }
}
