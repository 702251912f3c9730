/// One dropped file or job folder on its way to a result: what the ledger knows of it, its attempts aside.
package struct Job: Sendable, Hashable {
    /// Its name for people and in addresses.
    package let id: JobID
    /// The pipeline whose inbox it was dropped into.
    package let pipeline: String
    /// Where it was dropped, below the inbox.
    package var origin: RelativePath
    /// Where its original lies below `folder`; while its claim is not complete, the place in `work/` that it is to have.
    package var place: RelativePath
    /// In which of the pipeline's folders its original lies, as far as the ledger knows.
    ///
    /// State and duty don't tell it: a callback can bring a failed job back whose original has gone to `failed/` by then.
    package var folder = Folder.inbox
    /// What its original is.
    package var kind: Kind
    /// Which file or folder its original is.
    package var identity: FileIdentity
    /// SHA-256 of its content, in hexadecimal, once it has been read; of a folder each file has its own.
    package var digest: String?
    /// The files of its folder that the pipeline names, in the order of the nodes; empty for a job of one file.
    package var inputs: [Input] = []
    /// What was given with it in parameter files.
    package var parameters: [String: Parameter] = [:]
    /// The parameter file that travels with it, if there is one.
    package var sidecar: FileIdentity?
    /// Where it stands.
    package var state = JobState.queued
    /// Whether the claim is complete: the file is in `work/`, and on disk there.
    package var isClaimed = false
    /// The number of its newest POST; 0 before the first.
    package var attempt = 0
    /// When a stage is to look at it next.
    package var dueAt: Timestamp
    /// Why nothing happens at the moment.
    package var wait: Wait?
    /// When it was first seen.
    package let createdAt: Timestamp
    /// Since when it has its state.
    package var stateSince: Timestamp
    /// Whether a person wants it cancelled as soon as that can be done safely.
    package var isCancelWished = false
    /// Whether query is to say if one of its tasks can be used after all.
    ///
    /// In `queued` and `running` a person retries: every task is asked about before a new submission is made. In `failed` a callback or a
    /// late answer came: the job stays failed until query says that the task runs or succeeded.
    package var isReviving = false
    /// The upload that its next submission uses.
    package var upload: Upload?
    /// Why it failed.
    package var failure: Failure?
    /// What is still to be done with the original.
    package var duty = Duty.none
    /// The job that it waits for and ends with, since it is the same; remembered after its end.
    package var joined: JobID?
    /// How many times in a row its present step did not work out.
    package var tries = 0
    /// The calls by which its ends are told outside, in the order of the ends.
    package var calls: [HookCall] = []

    /// A job just seen, recorded before its file is touched.
    package init(
        id: JobID,
        pipeline: String,
        origin: RelativePath,
        place: RelativePath,
        kind: Kind = .file,
        identity: FileIdentity,
        at now: Timestamp
    ) {
        self.id = id
        self.pipeline = pipeline
        self.origin = origin
        self.place = place
        self.kind = kind
        self.identity = identity
        self.createdAt = now
        self.stateSince = now
        self.dueAt = now
    }

    /// Why a job is not going on, and since when.
    package struct Wait: Sendable, Hashable {
        /// A sentence for people.
        package var reason: String
        package var since: Timestamp

        /// A wait for this reason since then.
        package init(reason: String, since: Timestamp) {
            self.reason = reason
            self.since = since
        }
    }

    /// The files that RunningHub has.
    package struct Upload: Sendable, Hashable {
        /// The name of the key they were uploaded with; only that account can use them.
        package var key: String
        /// The site they were uploaded to.
        package var site: String
        /// What RunningHub calls them, opaque, by the stems of the inputs.
        package var remoteNames: [String: String]
        package var at: Timestamp
        /// The `identity` of what prepared the files, if they were.
        package var preparation: String?

        /// An upload is made again when it is older than this: its link is valid for a day, and a queue may be long (API.md §5).
        package static let lifetime = Duration.seconds(12 * 3600)

        /// Files uploaded with this key under these names.
        package init(
            key: String,
            site: String,
            remoteNames: [String: String],
            preparation: String? = nil,
            at: Timestamp
        ) {
            self.preparation = preparation
            self.key = key
            self.site = site
            self.remoteNames = remoteNames
            self.at = at
        }
    }

    /// Where an original can lie.
    package enum Folder: String, Sendable, Hashable, Codable, CaseIterable {
        /// Not taken yet.
        case inbox
        case work
        case done
        case failed
        /// Nowhere: it was deleted or taken away.
        case gone
    }

    /// What is still to be done with the original after a final state was committed.
    package enum Duty: String, Sendable, Hashable, Codable, CaseIterable {
        /// Nothing.
        case none
        /// Move it to `done/`, from `work/` or, where a failed job was brought back, from `failed/`.
        case done
        /// Delete it.
        case delete
        /// Move it to `failed/`, with its notes; only the notes where it lies there already or is gone.
        case failed
    }
}

/// Why a job ended without results, in words for people.
package struct Failure: Sendable, Hashable, Codable {
    /// A stable name, such as `outcome-unknown`.
    package var name: Name
    /// What happened.
    package var sentence: Phrase
    /// What to do.
    package var advice: Phrase
    /// RunningHub's code, where it gave one.
    package var code: String?
    /// The code's name in RunningHub's documentation.
    package var codeName: String?
    /// The id of the node of the graph that failed.
    package var node: String?
    /// ComfyUI's account of it in one line: the node's id, its name, the exception.
    package var nodeReport: String?
    /// What a developer of the workflow wants to see beside the message, such as ComfyUI's traceback; several lines.
    package var detail: String?
    /// Whether money may have been spent on it.
    package var mayHaveBeenPaid: Bool

    /// What happened, in English.
    package var message: String { sentence.english }
    /// What to do, in English.
    package var hint: String { advice.english }

    private enum CodingKeys: String, CodingKey {
        case name, sentence = "message", advice = "hint", code, codeName, node, nodeReport, detail, mayHaveBeenPaid
    }

    /// The kinds of failures.
    package enum Name: String, Sendable, Hashable, Codable, CaseIterable {
        /// The submission was sent and nothing more was heard of it.
        case outcomeUnknown = "outcome-unknown"
        /// The task did not end in time.
        case timedOut = "timed-out"
        /// RunningHub refused the submission for good.
        case refused
        /// RunningHub refused the file.
        case uploadRefused = "upload-refused"
        /// The pipeline does not take this kind of file, or it is too large.
        case notAccepted = "not-accepted"
        /// The task ended without success.
        case taskFailed = "task-failed"
        /// The task succeeded and has no results.
        case noResults = "no-results"
        /// The results could not be fetched.
        case resultUnfetched = "result-unfetched"
        /// The results are no longer kept by RunningHub.
        case resultExpired = "result-expired"
        /// The task was cancelled, on the site or by a person here.
        case cancelled
        /// The pipeline is gone or cannot make a submission of this file.
        case cannotSubmit = "cannot-submit"
        /// The program that prepares files for the upload did not make one of this.
        case notPrepared = "not-prepared"
        /// A job folder that lacks files which its pipeline names.
        case incomplete
        /// A file in `work/` that the ledger does not know.
        case unknownJob = "unknown-job"
    }

    /// A failure of this kind.
    package init(
        _ name: Name,
        message: Phrase,
        hint: Phrase,
        code: String? = nil,
        codeName: String? = nil,
        node: String? = nil,
        nodeReport: String? = nil,
        detail: String? = nil,
        mayHaveBeenPaid: Bool
    ) {
        self.name = name
        self.sentence = message
        self.advice = hint
        self.code = code
        self.codeName = codeName
        self.node = node
        self.nodeReport = nodeReport
        self.detail = detail
        self.mayHaveBeenPaid = mayHaveBeenPaid
    }
}
