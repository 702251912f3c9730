package import Jobs

/// A job's original: what a person dropped, file or folder, and where it lies.
package struct Original: Sendable, Hashable {
    /// The job.
    package let job: JobID
    /// Where it lies below the pipeline's folder.
    package let place: RelativePath
    /// Which one it is.
    package let identity: FileIdentity
    /// The parameter file that was taken with it, if there was one.
    ///
    /// It goes where its original goes, and is known by its name beside it: a copy of it, or what a person wrote to it, goes along as
    /// well.
    package let sidecar: FileIdentity?

    /// An original at this place.
    package init(job: JobID, place: RelativePath, identity: FileIdentity, sidecar: FileIdentity? = nil) {
        self.job = job
        self.place = place
        self.identity = identity
        self.sidecar = sidecar
    }

    /// What became of an original.
    package enum Outcome: Sendable, Hashable {
        /// It lies there now, and that is on disk. The identity differs from the one before where it had to be copied.
        case moved(RelativePath, FileIdentity)
        /// It is in neither place: a person took it. For a deletion: it is gone.
        case absent
    }

    /// Whether an entry is the original: the same place on disk.
    ///
    /// Device numbers of network and removable disks change from one mount to the next; then size and time have to agree as well. A file
    /// that was written to is still the original, one that was put in its place is not.
    func isSame(_ entry: Entry) -> Bool {
        guard entry.kind == .file || entry.kind == .folder, entry.identity.inode == identity.inode else { return false }
        return entry.identity.device == identity.device || hasSameContent(entry)
    }

    /// Whether an entry can be the copy of the original that was made on another file system, or on another mount of the same one.
    ///
    /// On the same device, where most originals are renamed, only a time that is the same to the nanosecond says so.
    func isCopied(to entry: Entry) -> Bool {
        guard entry.kind == .file || entry.kind == .folder, hasSameContent(entry) else { return false }
        if entry.identity.device != identity.device { return true }
        return entry.identity.inode != identity.inode && entry.identity.modified == identity.modified
    }

    /// Whether size and time agree, as far as file systems keep them.
    func hasSameContent(_ entry: Entry) -> Bool {
        // FAT counts time in two seconds. How large a folder is tells nothing of what is in it.
        let (difference, overflow) = entry.identity.modified.subtractingReportingOverflow(identity.modified)
        let isSameSize = entry.kind == .folder || entry.identity.size == identity.size
        return isSameSize && !overflow && difference.magnitude < 2_000_000_000
    }

    /// A hidden name of the job's own, beside the place that something of it will get.
    func hiddenName(_ suffix: String) -> FileName {
        FileName(cleaning: ".runninghubd-\(job)\(suffix)".utf8)
    }
}
