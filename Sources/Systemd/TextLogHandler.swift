internal import Glibc
package import Logging

/// Writes log events as lines of text, for runs that are not under the journal.
package struct TextLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let descriptor: CInt

    /// - Parameters:
    ///   - metadataProvider: Further metadata of each event.
    ///   - descriptor: Where lines go; it stays the caller's.
    package init(metadataProvider: Logger.MetadataProvider? = nil, descriptor: CInt = STDERR_FILENO) {
        self.metadataProvider = metadataProvider
        self.descriptor = descriptor
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let metadata = Logger.Metadata.merged(metadata, metadataProvider, event.metadata)
        TextLine(event, metadata: metadata).write(to: descriptor)
    }
}
