extension Job {
    /// What a job's original is.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// One file.
        case file
        /// A folder with the files that its pipeline names.
        case folder
    }

    /// A file that goes into a job's task.
    package struct Input: Sendable, Hashable, Codable {
        /// The stem by which the pipeline names it; empty for the only file, or the further file of a job folder.
        package var stem: String
        /// The file's name: below the job folder, or where a job of one file was dropped.
        package var name: FileName
        /// Which file it is, and in what condition it settled.
        package var identity: FileIdentity
        /// SHA-256 of its content, in hexadecimal, once it has been read.
        package var digest: String?

        /// A file that the pipeline names so.
        package init(stem: String, name: FileName, identity: FileIdentity, digest: String? = nil) {
            self.stem = stem
            self.name = name
            self.identity = identity
            self.digest = digest
        }

        /// Whether both are the same file with, as far as can be told, the same content.
        package func isSame(as other: Input) -> Bool {
            stem == other.stem && name == other.name && identity.isSameContent(as: other.identity)
        }
    }

    /// Whether files are the same ones under the same stems, whatever their order: that is the order of a pipeline's nodes.
    package static func areSame(_ some: [Input], _ others: [Input]) -> Bool {
        some.count == others.count && some.allSatisfy { one in others.contains(where: one.isSame) }
    }

    /// The files that go into its task: the dropped file itself, or those of its folder that the pipeline names.
    package var sources: [Input] {
        switch kind {
        case .file: [Input(stem: "", name: origin.name, identity: identity, digest: digest)]
        case .folder: inputs
        }
    }

    /// The name under which its results go: its file's without the ending, or its folder's.
    package var stem: [UInt8] {
        kind == .file ? origin.name.stem : origin.name.bytes
    }

    /// Where one of its files lies, below the folder that its original lies in.
    package func place(of input: Input) -> RelativePath {
        switch kind {
        case .file: place
        case .folder: place.below(input.name)
        }
    }
}
