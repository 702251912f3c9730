/// `why --json`: the one rule or state that keeps a file or folder where it is.
package struct WhyDocument: Codable, Sendable {
    /// When it was made, RFC 3339.
    package var at: String
    /// What was asked about, as a path from the root.
    package var path: String
    package var pipeline: String
    /// Which of the pipeline's folders it lies in: `inbox`, `work`, `outbox`, `done` or `failed`.
    package var folder: String
    /// The job whose file it is, or that it came of; absent where there is none.
    package var job: String?
    package var standing: Standing
}

/// What `why` asks: one place under the names by which the daemon may know it.
package struct WhyQuestion: Codable, Sendable {
    /// Absolute paths in base64, for a file name is bytes.
    package var paths: [String]
}
