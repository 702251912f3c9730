/// A place in a file of the configuration.
package struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The file's path, as it was opened.
    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, counted in Unicode scalars.
    package var column: Int

    /// A place; without line and column the file as a whole.
    package init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    package var description: String { "\(file):\(line):\(column)" }

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// Something that is wrong with the configuration, where, and what to do about it.
///
/// A message never quotes a value under `api`, one of a key that ends in `password`, `secret` or `token`, or one that looks like a key.
package struct ConfigurationProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where.
    package var position: SourcePosition
    /// What is wrong and what to do, in sentences.
    package var message: String
    package var severity: Severity
    /// The pipeline that is out of service by it; nothing: the start stops.
    package var pipeline: String?

    /// How bad it is.
    package enum Severity: String, Sendable, Hashable {
        /// Stops the start or takes a pipeline out of service.
        case error
        /// Works, though probably not as meant.
        case warning
    }

    /// A problem of the whole configuration or of one pipeline.
    package init(
        at position: SourcePosition,
        _ message: String,
        severity: Severity = .error,
        pipeline: String? = nil
    ) {
        self.position = position
        self.message = message
        self.severity = severity
        self.pipeline = pipeline
    }

    package var file: String { position.file }
    package var line: Int { position.line }
    package var column: Int { position.column }

    /// `file:line:column: message`, as editors and compilers' users know it.
    package var description: String {
        switch severity {
        case .error: "\(position): \(message)"
        case .warning: "\(position): warning: \(message)"
        }
    }
}

extension Sequence<ConfigurationProblem> {
    /// By file and position, each once.
    func inOrder() -> [ConfigurationProblem] {
        Set(self).sorted { ($0.position, $0.message, $0.pipeline ?? "") < ($1.position, $1.message, $1.pipeline ?? "") }
    }
}
