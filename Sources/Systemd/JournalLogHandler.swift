internal import CSystemd
internal import Glibc
package import Logging

/// Writes log events to the journal with their metadata as fields.
package struct JournalLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(metadataProvider: Logger.MetadataProvider? = nil) {
        self.metadataProvider = metadataProvider
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Sends the event; where the journal refuses it, it becomes a line on standard error instead of being lost.
    package func log(event: LogEvent) {
        let metadata = Logger.Metadata.merged(metadata, metadataProvider, event.metadata)
        if !JournalEntry(event, metadata: metadata).send() {
            TextLine(event, metadata: metadata).write(to: STDERR_FILENO)
        }
    }
}

extension JournalEntry {
    /// Hands the entry to journald.
    ///
    /// - Returns: False when journald refused it. Where no journald runs, sd_journal_sendv(3) itself says success,
    ///   which is why ``JournalStream`` is asked first.
    func send() -> Bool {
        let vectors = vectors
        let bytes = vectors.flatMap(\.self)
        return bytes.withUnsafeBytes { buffer in
            var offset = 0
            let parts = vectors.map { vector in
                defer { offset += vector.count }
                // sendv only reads; iovec has no constant form.
                let start = buffer.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + offset) }
                return iovec(iov_base: start, iov_len: vector.count)
            }
            return sd_journal_sendv(parts, CInt(parts.count)) >= 0
        }
    }
}
