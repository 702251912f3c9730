internal import Glibc
package import Jobs

extension Originals {
    /// In what condition an original is, by what the ledger has of it.
    package enum Condition: Sendable, Hashable {
        /// As it was taken.
        case untouched
        /// It was written to, or one of the files of a job folder that went into its task was, or has another in its place.
        case written
        /// In its folder something else has come or was written to, or it cannot be looked at.
        case added
        /// It does not lie in its place: an earlier call may have moved it on, or a person has taken it.
        case absent
    }

    /// Looks at the original of a job whose results are delivered, before it is put away.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - original: the original, in its place and as it was when it was put there.
    ///   - inputs: the files of a job folder that went into its task, as they were taken.
    ///   - isFailed: whether it lies in `failed/`, unless an earlier call has moved it to `work/` already.
    ///   - isWhole: whether all that is in a folder is looked at: it is `added` where any time in it is later than its coming.
    /// - Throws: the call that failed.
    /// - Returns: its condition.
    package func condition(
        of original: Original,
        _ inputs: [Job.Input],
        isFailed: Bool,
        isWhole: Bool
    ) throws(SystemError) -> Condition {
        for root in isFailed ? [failed, work] : [work] {
            guard let entry = try root.entry(at: original.place), original.isSame(entry) else { continue }
            guard entry.kind == .folder else {
                return entry.identity.isSameContent(as: original.identity) ? .untouched : .written
            }
            let folder = try root.folder(at: original.place.folders).folder(original.place.name)
            for input in inputs {
                guard let there = try folder.entry(input.name) else { continue }
                // From one file system to another it was copied, with its time.
                let isCopy = there.identity.inode != input.identity.inode && there.identity.isLike(input.identity)
                guard isCopy || there.identity.isSameContent(as: input.identity) else { return .written }
            }
            guard isWhole else { return .untouched }
            return try Self.isOld(folder, original) ? .untouched : .added
        }
        return .absent
    }

    private static func isOld(_ folder: Folder, _ original: Original) throws(SystemError) -> Bool {
        do throws(SystemError) {
            return try folder.isOld(at: original.identity.changed)
        } catch {
            // What systems keep in it may be closed to us, and is not to be deleted.
            guard error.code == EACCES || error.isAbsence else { throw error }
            return false
        }
    }
}

extension Folder {
    /// Whether nothing below this folder has come or was written to since a time, in nanoseconds since 1970.
    func isOld(at time: Int64, depth: Int = RelativePath.maximumDepth) throws(SystemError) -> Bool {
        guard depth > 0 else { return false }
        let listing = try DirectoryListing(of: self)
        while let page = try listing.nextPage() {
            for item in page {
                guard let entry = try entry(item.name), entry.identity.changed <= time else { return false }
                if entry.kind == .folder, try !folder(item.name).isOld(at: time, depth: depth - 1) { return false }
            }
        }
        return true
    }
}
