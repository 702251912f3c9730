package import Jobs

/// The taking of one file or job folder out of an inbox: which one, and where it goes.
///
/// The ledger has it all in the job's row.
package struct Claim: Sendable, Hashable {
    /// The job that it is for.
    package let job: JobID
    /// Where it settled, below the inbox's folder.
    package let source: RelativePath
    /// In what condition it settled.
    package let settled: FileIdentity
    /// Where it goes, below the pipeline's work folder.
    ///
    /// No other job may have this place: it tells a finished copy from another's file.
    package let place: RelativePath
    /// What it is.
    package let kind: Job.Kind
    /// The files of a job folder that its pipeline names, in the condition in which they settled.
    package let inputs: [Job.Input]
    /// The parameter file beside a file, which is taken with it.
    ///
    /// Another one under its name stays; what was written to it does not count.
    package let sidecar: FileIdentity?

    /// A claim of these.
    package init(
        job: JobID,
        source: RelativePath,
        settled: FileIdentity,
        place: RelativePath,
        kind: Job.Kind = .file,
        inputs: [Job.Input] = [],
        sidecar: FileIdentity? = nil
    ) {
        self.job = job
        self.source = source
        self.settled = settled
        self.place = place
        self.kind = kind
        self.inputs = inputs
        self.sidecar = sidecar
    }

    /// How many bytes at the end of its name in `work/` have to be free: for what lies beside it under a longer name.
    package var reserve: Int { sidecar == nil ? 0 : ParameterName.suffix.utf8.count }

    /// The name under which a file that cannot go to `work/` in one step waits, in the folder where it was dropped.
    package var hiddenName: FileName {
        FileName(cleaning: Array(".runninghubd-\(job)".utf8))
    }

    /// The name of a folder's source that is copied and checked, while it is removed.
    var removedName: FileName {
        FileName(cleaning: Array(".runninghubd-\(job).removed".utf8))
    }

    /// The name of a copy in `work/` until its source is gone; in the copy of a folder, that of a mark that it has until then.
    var copyName: FileName {
        FileName(cleaning: Array(".runninghubd-\(job).claim".utf8))
    }

    /// How the taking of a file ended.
    package enum Outcome: Sendable, Hashable {
        /// It lies in its place in `work/`, in this condition, though perhaps not on disk yet; and so do the files of a job folder.
        case taken(FileIdentity, inputs: [Job.Input] = [])
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
