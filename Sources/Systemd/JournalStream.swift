internal import Glibc
package import Logging

/// The stream to the journal that systemd connected standard error to, by `$JOURNAL_STREAM` (systemd.exec(5)).
package struct JournalStream: Sendable, Equatable {
    let device: UInt
    let inode: UInt

    /// - Parameter text: `DEVICE:INODE` in decimal, as in the variable; nil for anything else.
    init?(_ text: String) {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 2, let device = UInt(numbers[0]), let inode = UInt(numbers[1]) else { return nil }
        self.device = device
        self.inode = inode
    }

    /// The device and inode of an open descriptor; nil where it is not open.
    init?(descriptor: CInt) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// Whether what is written to a descriptor goes to the journal.
    ///
    /// The variable alone proves nothing: children inherit it while their standard error may be a file or a terminal.
    package static func isJournal(_ descriptor: CInt = STDERR_FILENO) -> Bool {
        guard let named = getenv("JOURNAL_STREAM").flatMap({ JournalStream(String(cString: $0)) }) else { return false }
        return named == JournalStream(descriptor: descriptor)
    }

    /// The log handler that fits where standard error goes: fields to the journal, lines to anything else.
    package static func logHandler(
        metadataProvider: Logger.MetadataProvider? = nil
    ) -> any LogHandler {
        if isJournal() {
            JournalLogHandler(metadataProvider: metadataProvider)
        } else {
            TextLogHandler(metadataProvider: metadataProvider)
        }
    }
}
