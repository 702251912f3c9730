import Jobs
import Ledger

/// `jobs --json`: jobs, those first whose state changed last.
package struct JobListDocument: Codable, Sendable {
    /// When it was made, RFC 3339.
    package var at: String
    package var jobs: [JobSummary]
    /// Where the next page begins; absent behind the last job.
    package var next: Place?

    /// Where a listing goes on.
    package struct Place: Codable, Sendable, Hashable {
        /// Since when the last job shown had its state, in milliseconds since 1970.
        package var since: Int64
        /// That job's id.
        package var job: String
    }

    /// A job in a line.
    package struct JobSummary: Codable, Sendable {
        package var id: String
        package var pipeline: String
        /// Its name below the inbox, with U+FFFD where its bytes are no text.
        package var file: String
        /// The name's bytes, where they are no text.
        package var fileBase64: String?
        /// One of INTERFACE.md §5.
        package var state: String
        /// Since when it has that state, RFC 3339.
        package var since: String
        /// The kind of failure, such as `outcome-unknown`; absent where it did not fail.
        package var failure: String?
        /// What it waits for, or how it ended.
        package var standing: Standing

        enum CodingKeys: String, CodingKey {
            case id
            case pipeline
            case file
            case fileBase64 = "file_base64"
            case state
            case since
            case failure
            case standing
        }
    }
}

extension JobListDocument.JobSummary {
    init(_ job: Job, _ standing: Standing) {
        id = job.id.text
        pipeline = job.pipeline
        file = job.origin.description
        fileBase64 = base64(of: job.origin)
        state = job.state.rawValue
        since = job.stateSince.internetTime
        failure = job.failure?.name.rawValue
        self.standing = standing
    }
}
