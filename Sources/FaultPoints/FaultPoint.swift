import Glibc

/// A place in the daemon at which a test can end or stall the process, to see that it comes back from there.
///
/// Each has two sides: before its effect and after it. They are in the released program too, so that what is tested is what runs; nothing
/// happens at them but a look at a constant, unless the environment arms one when the process starts (`ArmedFault`).
package enum FaultPoint: String, Sendable, Hashable, CaseIterable {
    // MARK: The start

    /// The commit that makes a new ledger's id and secret.
    case commitIdentity = "commit.identity"
    /// The commit that counts the ledger's generation up: at a start with what was found of lost history, and before submissions.
    case commitGeneration = "commit.generation"
    /// The rewrite of a folder's marker.
    case marker = "marker"

    // MARK: The claim

    /// The commit of a new job's row: step (a) of a claim.
    case commitRecorded = "commit.recorded"
    /// The move into `work/`: step (b).
    case claimMove = "claim.move"
    /// The look at what arrived: step (c).
    case claimLook = "claim.look"
    /// The flush of taken files and their folders: step (d).
    case claimFlush = "claim.flush"
    /// The commit that a job is claimed: step (e).
    case commitTaken = "commit.taken"

    // MARK: The task

    /// The commit that an upload begins.
    case commitUploading = "commit.uploading"
    /// One file's upload.
    case upload = "upload"
    case commitUploaded = "commit.uploaded"
    /// The commit of the intent to submit.
    case commitIntent = "commit.submitting"
    /// The one effect that is never repeated: after it, the answer is known and not yet committed.
    case post = "post"
    /// The commit of a submission's answer.
    case commitAnswer = "commit.answered"
    /// A callback's way: before it is stored, and after that before it is answered.
    case callback = "callback"
    case commitCalled = "commit.called"
    case query = "query"
    /// The commit that a task succeeded.
    case commitSucceeded = "commit.succeeded"

    // MARK: The results

    /// The flush of one fetched result in the staging folder.
    case stageFile = "stage.file"
    /// The manifest's writing in the staging folder.
    case stageManifest = "stage.manifest"
    case commitPlanned = "commit.planned"
    /// One result's appearance under its final name.
    case publishOutput = "publish.output"
    case publishManifest = "publish.manifest"
    /// The flush of the outbox.
    case publishFlush = "publish.flush"
    case commitDelivered = "commit.delivered"
    /// The removal of the staging folder.
    case stagingRemoval = "staging.removal"

    // MARK: The end

    case commitFailed = "commit.failed"
    case commitCancelled = "commit.cancelled"
    /// What is done with an original once its job has ended.
    case duty = "duty"
    case commitTidied = "commit.tidied"

    // MARK: Any change and any call

    /// Every other commit of a job.
    case commitOther = "commit.other"
    case callRename = "call.rename"
    case callLink = "call.link"
    case callUnlink = "call.unlink"
    case callMakeFolder = "call.mkdir"
    case callSynchronize = "call.fsync"
    case callCreate = "call.create"
    case callWrite = "call.write"

    /// Which side of its effect.
    package enum Side: String, Sendable, Hashable, CaseIterable {
        case before
        case after
    }

    /// Tells that the effect is about to happen.
    @inline(__always)
    package func before() {
        if let armed = ArmedFault.ofProcess { armed.reached(self, .before) }
    }

    /// Tells that the effect has happened.
    @inline(__always)
    package func after() {
        if let armed = ArmedFault.ofProcess { armed.reached(self, .after) }
    }

    /// Whether any point of this process is armed: what it takes to find a point's name need not be done otherwise.
    package static var isAnyArmed: Bool { ArmedFault.ofProcess != nil }
}
