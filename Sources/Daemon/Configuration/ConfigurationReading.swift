/// What came of reading the configuration's files.
package struct ConfigurationReading: Sendable {
    /// What the files say; nothing where `config.yaml` or `config.d` is wrong, which stops a start and fails a reload.
    package var configuration: Configuration?
    /// Whether the user that read them may read all of `config.yaml` and `config.d`; if not, what is wrong may be so for that user alone.
    package var isComplete = true
    /// Where the daemon listens for commands: by the files, as far as they can be read.
    package var controlSocket = Configuration().controlSocket
    /// Everything that is wrong, by file and position.
    package var problems: [ConfigurationProblem]
    /// What is in force and where it stands: the merged `config.yaml` first, then each pipeline.
    package var documents: [ShownDocument]

    /// What `check --show` prints: YAML documents, behind each value `# file:line` or `# default`.
    package var shown: String {
        documents.map(\.yaml).joined(separator: "---\n")
    }
}
