/// What tells one file in one condition from every other: where it is on disk and how it was when it was looked at.
///
/// Two readings that are equal, with the quiet time between them, make a file settled. A reading that differs later means that
/// somebody wrote to the file or put another in its place.
package struct FileIdentity: Sendable, Hashable, Codable {
    /// `st_dev`.
    package var device: UInt64
    /// `st_ino`.
    package var inode: UInt64
    /// `st_size`, in bytes.
    package var size: Int64
    /// `st_mtim`, in nanoseconds since 1970.
    package var modified: Int64
    /// `st_ctim`, in nanoseconds since 1970.
    ///
    /// A rename moves it, so it settles a file but does not recognise a claimed one.
    package var changed: Int64

    /// An identity of these readings.
    package init(device: UInt64, inode: UInt64, size: Int64, modified: Int64, changed: Int64) {
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    /// Whether both are the same file with, as far as its metadata tells, the same content.
    ///
    /// `changed` does not count, nor does `device`: file systems without a number of their own (network, device mapper, btrfs) bear another
    /// one after a boot, and two files on two of them that agree in all the rest, to the nanosecond, are copies of one.
    package func isSameContent(as other: FileIdentity) -> Bool {
        inode == other.inode && size == other.size && modified == other.modified
    }

    /// What was submitted, known by the place on disk where it lies now: what was written to it since does not become it.
    ///
    /// A copy has times of its own, and file systems keep those of writing to 2 s at the worst (FAT).
    package func moved(to place: FileIdentity) -> FileIdentity {
        var moved = self
        moved.device = place.device
        moved.inode = place.inode
        if inode != place.inode {
            moved.changed = place.changed
            let (difference, overflow) = place.modified.subtractingReportingOverflow(modified)
            if size == place.size, !overflow, difference.magnitude <= 2_000_000_000 { moved.modified = place.modified }
        }
        return moved
    }

    /// Whether a copy on another file system has what this file had: device and inode do not count.
    package func isCopied(in copy: FileIdentity) -> Bool {
        size == copy.size
    }
}
