internal import Glibc

extension PipelineFolders {
    /// What could not be made as it should be, with the folder's path.
    package struct Problem: Sendable, Hashable {
        /// The folder's absolute path.
        package let path: String
        /// What is the matter with it.
        package let kind: Kind

        /// A problem with the folder at this path.
        package init(path: String, kind: Kind) {
            self.path = path
            self.kind = kind
        }

        /// The kinds of problems.
        package enum Kind: Sendable, Hashable {
            /// It could not be made, opened or marked.
            case unusable(SystemError)
            /// There is no group of this name.
            case unknownGroup(String)
            /// It is not made, since it cannot be given to this group, and would be open to its parent's: there is no such group, the daemon is
            /// no member of it, or its sandbox allows no chown(2).
            case groupOutOfReach(String, isKnown: Bool)
            /// It was just made and could not be given to this group: the daemon must be a member of it.
            case groupNotGiven(String, SystemError)
            /// It exists, and belongs to a group with this number. What exists is never changed.
            case otherGroup(UInt32, wanted: String)
            /// It has no setgid bit, so what is put there gets the writer's own group. The bit comes from the parent, and may not be set here.
            case noGroupBit
        }
    }

    /// Makes what is missing and marks what is new.
    ///
    /// A folder that `wasMarked` says the ledger has marked before is neither made nor marked again: where it is missing, it is away.
    /// Folders are made by plain `mkdir` under setgid parents; only those just made are given to the group. Can be repeated. Blocks.
    ///
    /// - Parameters:
    ///   - marker: The ledger's marker.
    ///   - group: The name of the pipeline's group; nothing leaves every folder with its parent's.
    ///   - mayKeepParentsGroup: Whether a folder that cannot be given to the group is made all the same.
    ///   - wasMarked: Whether the ledger knows that it has marked the folder at this path. The caller records all paths once this has
    ///     returned without `unusable` problems.
    /// - Returns: What a person should be told. Only `unusable` ones keep the pipeline from working.
    package func prepare(
        marker: Marker,
        group: String?,
        mayKeepParentsGroup: Bool = true,
        wasMarked: (String) -> Bool
    ) -> [Problem] {
        let gid = group.flatMap(Self.groupID)
        var problems: [Problem] = []
        for role in FolderRole.allCases {
            let path = path(of: role)
            do throws(SystemError) {
                let isKnown = wasMarked(path)
                let isNew = isKnown ? false : try makeFolder(role)
                let folder = try opened(role)
                let status = try folder.calls.status(folder.descriptor)
                let kind = group.flatMap { give(folder, to: $0, gid, has: status.st_gid, isNew: isNew) }
                if isNew, kind != nil, let group, !mayKeepParentsGroup {
                    // Just made, so empty; and if somebody was as quick as that, it stays.
                    try removeFolder(role)
                    problems.append(Problem(path: path, kind: .groupOutOfReach(group, isKnown: gid != nil)))
                    continue
                }
                problems += kind.map { [Problem(path: path, kind: $0)] } ?? []
                if status.st_mode & S_ISGID == 0 { problems.append(Problem(path: path, kind: .noGroupBit)) }
                if !isKnown, try Marker.find(in: folder) == .none { try marker.write(in: folder) }
            } catch {
                // One that was there before is told as away, by `presence`.
                if !wasMarked(path) { problems.append(Problem(path: path, kind: .unusable(error))) }
            }
        }
        return problems
    }

    /// Marks for this ledger those folders that a ledger marked whose place it has taken, and those whose marker a person has emptied:
    /// they are the right ones.
    ///
    /// Folders of any other ledger are left alone. Blocks.
    package func adopt(marker: Marker, from predecessors: Set<String> = []) throws(SystemError) {
        for role in FolderRole.allCases {
            let folder = try opened(role)
            switch try Marker.find(in: folder) {
            case .empty: try marker.write(in: folder)
            case .marker(let old) where old.ledger != marker.ledger && predecessors.contains(old.ledger):
                try marker.write(in: folder)
            case .none, .unreadable, .marker: break
            }
        }
    }

    /// The ledger that marked a folder; nothing where there is none or no marker.
    ///
    /// Blocks.
    package func ledger(of role: FolderRole) -> String? {
        guard let folder = try? opened(role), case .marker(let marker)? = try? Marker.find(in: folder) else {
            return nil
        }
        return marker.ledger
    }

    private func give(_ folder: Folder, to group: String, _ gid: gid_t?, has: gid_t, isNew: Bool) -> Problem.Kind? {
        guard let gid else { return .unknownGroup(group) }
        guard has != gid else { return nil }
        guard isNew else { return .otherGroup(has, wanted: group) }
        // Allowed to a folder's owner who is a member of the group; a folder keeps its setgid bit (chown(2) clears it for files only).
        guard fchown(folder.descriptor, uid_t.max, gid) == 0 else {
            return .groupNotGiven(group, SystemError(call: "fchown", code: errno))
        }
        return nil
    }

    private func removeFolder(_ role: FolderRole) throws(SystemError) {
        guard rmdir(path(of: role)) == 0 else { throw SystemError(call: "rmdir", code: errno) }
    }

    private static func groupID(_ name: String) -> gid_t? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var length = 1024
        while length <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: length)
            let code = getgrnam_r(name, &entry, &buffer, buffer.count, &found)
            guard code == ERANGE else { return found == nil ? nil : entry.gr_gid }
            length *= 4
        }
        return nil
    }
}
