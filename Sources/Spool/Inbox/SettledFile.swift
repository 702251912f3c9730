package import Jobs

/// A file or job folder of an inbox that is complete, as far as can be told: it may be claimed in exactly this condition.
package struct SettledFile: Sendable, Hashable {
    /// Where it lies below the inbox's folder.
    package let path: RelativePath
    /// Which file or folder it is, and in what condition it settled.
    package let identity: FileIdentity
    /// What it is.
    package let content: Content

    /// What settled.
    package enum Content: Sendable, Hashable {
        /// One file.
        case file
        /// A job folder with these files, in the order in which its pipeline names them.
        case folder([Job.Input])
        /// A job folder that lacks files of these stems (empty: the further file) and has not changed for so long that they are not
        /// waited for any more.
        case incomplete(missing: [String])
    }

    /// A file or folder that settled so.
    package init(path: RelativePath, identity: FileIdentity, content: Content = .file) {
        self.path = path
        self.identity = identity
        self.content = content
    }
}
