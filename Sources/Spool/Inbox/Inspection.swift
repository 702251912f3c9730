internal import Glibc
package import Jobs

/// What stands in an inbox under a path, and whether it may be taken.
package enum Inspection: Sendable, Hashable {
    /// A file with content, which may be taken once it is complete.
    case file(FileIdentity)
    /// Something that stays.
    case stays(WaitReason)
    /// Nothing.
    case nothing
}

/// Looks at single entries of an inbox.
package struct Inspector: Sendable {
    /// The names that are never taken.
    package let rules: NameRules
    /// The inbox's absolute path, for the commands in reasons.
    package let place: String

    /// Looks by these rules at what lies at this place.
    package init(rules: NameRules, place: String) {
        self.rules = rules
        self.place = place
    }

    /// What stands under a path.
    ///
    /// Blocks. Throws what is no answer: an I/O error, no descriptors left.
    package func inspect(_ path: RelativePath, in root: Folder) throws(SystemError) -> Inspection {
        guard path.folders.count <= RelativePath.maximumDepth else { return .stays(.tooDeep) }
        var folder = root
        for (depth, name) in path.folders.enumerated() {
            let rest = Array(path.folders[..<depth])
            switch try enter(name, of: folder, at: rest) {
            case .folder(let next): folder = next
            case .stays(.ignoredName(let rule)): return .stays(.inIgnoredFolder(name, rule))
            case .stays(let reason): return .stays(reason)
            case .nothing: return .nothing
            }
        }
        let inspection = try inspect(path.name, of: folder, at: path.folders)
        guard inspection == .stays(.batchFolder) else { return inspection }
        guard case .stays(let reason) = try enter(path.name, of: folder, at: path.folders) else { return inspection }
        return .stays(reason)
    }

    /// What stands under a name in an open folder.
    ///
    /// Blocks.
    ///
    /// `kind` is what a listing told; it spares the questions to which it is the answer.
    package func inspect(
        _ name: FileName,
        kind: Entry.Kind? = nil,
        of folder: Folder,
        at folders: [FileName]
    ) throws(SystemError) -> Inspection {
        if let rule = rules.rule(for: name) { return .stays(.ignoredName(rule)) }
        if let kind, let reason = Self.reason(for: kind) { return .stays(reason) }
        do {
            let status = try folder.calls.status(of: name.bytes, in: folder.descriptor)
            let entry = Entry(name: name, status: status)
            if let reason = Self.reason(for: entry.kind) { return .stays(reason) }
            guard entry.identity.size > 0 else { return .stays(.empty) }
            let path = RelativePath(folders: folders, name: name)
            if let cure = try Cure(place).forReading(path, status, of: folder) {
                return .stays(.unreadable(cure: cure))
            }
            if let cure = try Cure(place).forMoving(path, status, of: folder) { return .stays(.unmovable(cure: cure)) }
            return .file(entry.identity)
        } catch {
            guard error.isAbsenceForNow else { throw error }
            return .nothing
        }
    }

    /// A folder below an inbox that was to be entered.
    package enum Entrance: Sendable {
        case folder(Folder)
        case stays(WaitReason)
        case nothing
    }

    /// Opens a folder below the inbox, if what is in it may be taken.
    ///
    /// Blocks.
    package func enter(_ name: FileName, of folder: Folder, at folders: [FileName]) throws(SystemError) -> Entrance {
        if let rule = rules.rule(for: name) { return .stays(.ignoredName(rule)) }
        guard folders.count < RelativePath.maximumDepth else { return .stays(.tooDeep) }
        let path = RelativePath(folders: folders, name: name)
        do {
            let opened = try folder.folder(name)
            guard try opened.mayChange() else { return .stays(.unmovable(cure: Cure(place).forFolder(path))) }
            return .folder(opened)
        } catch {
            if error.code == EACCES { return .stays(.unreadable(cure: Cure(place).forFolder(path))) }
            guard error.isAbsenceForNow else { throw error }
            return .nothing
        }
    }

    private static func reason(for kind: Entry.Kind) -> WaitReason? {
        switch kind {
        case .file: nil
        case .folder: .batchFolder
        case .symbolicLink: .symbolicLink
        case .pipe: .pipe
        case .socket: .socket
        case .device: .device
        }
    }
}

extension SystemError {
    /// Whether it says that there is no such thing there (any more).
    var isAbsence: Bool { code == ENOENT || code == ENOTDIR || code == ELOOP }

    /// Whether there is nothing to be seen there now; only for a look that is repeated anyway.
    ///
    /// That is `ESTALE`, too, which a network file system may say for a moment of what is there.
    var isAbsenceForNow: Bool { isAbsence || code == ESTALE }
}

extension Folder {
    /// Whether this process may rename what is in the folder (sticky folders apart).
    ///
    /// Blocks.
    func mayChange() throws(SystemError) -> Bool {
        do {
            try calls.access([UInt8(ascii: ".")], in: descriptor, mode: W_OK | X_OK)
            return true
        } catch {
            // That a file system is read-only is no matter of rights: taking a file from it says so.
            guard error.code != EROFS else { return true }
            guard error.code == EACCES || error.code == EPERM else { throw error }
            return false
        }
    }
}
