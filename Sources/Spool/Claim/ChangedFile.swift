package import Jobs

/// A file in `work/` that was written to after it was claimed, on its way to being settled again.
///
/// Nothing is notified in `work/`, so it settles like a file whose close is not seen: by two equal readings with the quiet time between.
package struct ChangedFile: Sendable, Hashable, Codable {
    /// How it was when it was looked at last.
    package let identity: FileIdentity
    /// Since when it is known to be so.
    package let since: Timestamp

    /// A file that was found to have changed.
    package init(identity: FileIdentity, at now: Timestamp) {
        self.identity = identity
        since = now
    }

    /// What another reading says.
    package enum Verdict: Sendable, Hashable {
        /// It is complete again, in this condition.
        case settled(FileIdentity)
        /// It is to be looked at again at that time.
        case waiting(ChangedFile, until: Timestamp)
    }

    /// Judges another reading of it.
    package func seen(_ identity: FileIdentity, at now: Timestamp, quietTime: Duration) -> Verdict {
        let file = identity == self.identity ? self : ChangedFile(identity: identity, at: now)
        let until = file.since + quietTime
        return until <= now && identity.size > 0
            ? .settled(identity) : .waiting(file, until: max(until, now + .seconds(1)))
    }
}
