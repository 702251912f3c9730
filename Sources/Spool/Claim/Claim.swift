package import Jobs

/// The taking of one file out of an inbox: which file, and where it goes.
///
/// The ledger has it all in the job's row.
package struct Claim: Sendable, Hashable {
    /// The job that the file is for.
    package let job: JobID
    /// Where the file settled, below the inbox's folder.
    package let source: RelativePath
    /// In what condition it settled.
    package let settled: FileIdentity
    /// Where it goes, below the pipeline's work folder.
    ///
    /// No other job may have this place: it tells a finished copy from another's file.
    package let place: RelativePath

    /// A claim of these.
    package init(job: JobID, source: RelativePath, settled: FileIdentity, place: RelativePath) {
        self.job = job
        self.source = source
        self.settled = settled
        self.place = place
    }

    /// The name under which a file that cannot go to `work/` in one step waits, in the folder where it was dropped.
    package var hiddenName: FileName {
        FileName(cleaning: Array(".runninghubd-\(job)".utf8))
    }

    /// The name of a copy in `work/` until its source is gone.
    var copyName: FileName {
        FileName(cleaning: Array(".runninghubd-\(job).claim".utf8))
    }

    /// How the taking of a file ended.
    package enum Outcome: Sendable, Hashable {
        /// It lies in its place in `work/`, in this condition, though perhaps not on disk yet.
        case taken(FileIdentity)
        /// Another file has that place. Nothing is lost: the same claim with another place goes on.
        case nameTaken
        /// Another file, or the same one changed, was there. It lies in the inbox, in this condition.
        case changed(FileIdentity)
        /// There is no such file any more.
        case gone
        /// It may not be taken, for this reason, and lies in the inbox.
        case refused(WaitReason)
    }

    /// Where a claimed file is.
    package enum Location: Sendable, Hashable {
        /// In its place in `work/`.
        case work
        /// In the inbox's own folder under the hidden name; perhaps a part of it, or all, is copied.
        case hidden
        /// In the inbox, as it settled.
        case inbox
        /// Another file, or the same one changed, has its name in the inbox.
        case changed(FileIdentity)
        /// Nowhere.
        case nowhere
    }
}
