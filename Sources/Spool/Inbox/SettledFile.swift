package import Jobs

/// A file of an inbox that is complete, as far as can be told: it may be claimed in exactly this condition.
package struct SettledFile: Sendable, Hashable {
    /// Where it lies below the inbox's folder.
    package let path: RelativePath
    /// Which file it is, and in what condition it settled.
    package let identity: FileIdentity

    /// A file that settled so.
    package init(path: RelativePath, identity: FileIdentity) {
        self.path = path
        self.identity = identity
    }
}
