internal import Glibc
package import Jobs

/// All that lies in one job folder, read at once.
package struct JobFolderListing: Sendable, Hashable {
    /// One thing in it, folders left out.
    package struct Item: Sendable, Hashable {
        /// Where it lies below the inbox's folder.
        package let path: RelativePath
        /// What it is.
        package let inspection: Inspection
    }

    /// Where the folder lies below the inbox's folder.
    package let path: RelativePath
    /// Which folder it is, and in what condition.
    package let identity: FileIdentity
    /// What is in it and in the folders below it.
    package private(set) var items: [Item] = []
    /// Whether there is more in it than is looked at.
    package private(set) var isTooLong = false
    private var count = 0

    /// A listing without anything in it.
    package init(path: RelativePath, identity: FileIdentity) {
        self.path = path
        self.identity = identity
    }

    /// Adds something that lies in the folder or below it.
    package mutating func append(_ path: RelativePath, _ inspection: Inspection) {
        items.append(Item(path: path, inspection: inspection))
    }

    /// The files that may be taken and lie in the folder itself.
    var files: [(name: FileName, identity: FileIdentity)] {
        items.compactMap { item in
            guard case .file(let identity) = item.inspection, isDirect(item) else { return nil }
            return (item.path.name, identity)
        }
    }

    /// Whether something lies in the folder itself and not in one below it.
    func isDirect(_ item: Item) -> Bool {
        item.path.folders.count == path.folders.count + 1
    }

    /// Where something in it lies, seen from the folder.
    func inside(_ item: Item) -> RelativePath {
        RelativePath(folders: Array(item.path.folders.dropFirst(path.folders.count + 1)), name: item.path.name)
    }

    /// Changes when a file in it comes, goes or changes; the names that are never taken do not count.
    var condition: Int {
        // In whatever order they are listed.
        items.reduce(into: 0) { sum, item in
            guard case .file = item.inspection else { return }
            sum &+= item.hashValue
        }
    }

    // MARK: Reading

    /// Reads the open folder whole, down to this many entries.
    mutating func read(_ folder: Folder, by inspector: Inspector) throws(SystemError) {
        try read(folder, at: path.folders + [path.name], by: inspector)
    }

    private mutating func read(_ folder: Folder, at folders: [FileName], by inspector: Inspector) throws(SystemError) {
        let listing = try DirectoryListing(of: folder)
        var subfolders: [FileName] = []
        while let page = try listing.nextPage() {
            for item in page {
                count += 1
                guard count <= JobFolders.entryLimit else {
                    isTooLong = true
                    return
                }
                let inspection = try inspector.inspect(item.name, kind: item.kind, of: folder, at: folders)
                if inspection == .stays(.batchFolder) {
                    subfolders.append(item.name)
                } else if inspection != .nothing {
                    append(RelativePath(folders: folders, name: item.name), inspection)
                }
            }
        }
        for name in subfolders {
            switch try inspector.enter(name, of: folder, at: folders) {
            case .folder(let subfolder): try read(subfolder, at: folders + [name], by: inspector)
            case .stays(let reason): append(RelativePath(folders: folders, name: name), .stays(reason))
            case .nothing: break
            }
        }
    }
}
