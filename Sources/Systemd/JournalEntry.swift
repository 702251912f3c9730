package import Logging

/// One entry of the journal as the fields that are sent, in order.
///
/// Names follow journald's rule: upper-case letters, digits and underscores, at most 64; it drops a field with any
/// other name without a word (systemd.journal-fields(7), sd_journal_print(3)). A name may occur more than once.
package struct JournalEntry: Sendable, Equatable {
    package struct Field: Sendable, Hashable {
        package let name: String
        package let value: [UInt8]
    }

    /// What metadata fields begin with, so that they cannot pass for journald's own.
    package static let prefix = "RUNNINGHUB_"

    package static let identifier = "runninghubd"

    /// The longest field name that journald takes.
    static let longestName = 64

    /// The longest value that is sent; the rest of a longer one is left out.
    ///
    /// A log line is no place for a body.
    static let longestValue = 16 * 1024

    /// The most fields from metadata in one entry; journald refuses entries with more than 1024.
    static let mostFields = 128

    package private(set) var fields: [Field] = []

    /// The entry for a log event.
    ///
    /// - Parameters:
    ///   - event: What was logged; its own `metadata` is not read.
    ///   - metadata: The merged metadata of handler, provider and event.
    package init(_ event: LogEvent, metadata: Logger.Metadata) {
        append("MESSAGE", event.message.description.escapedToOneLine)
        append("PRIORITY", String(event.level.journalPriority))
        append("SYSLOG_IDENTIFIER", Self.identifier)
        append("CODE_FILE", event.file)
        append("CODE_LINE", String(event.line))
        append("CODE_FUNC", event.function)
        var metadata = metadata
        if let id = metadata.removeMessageID() {
            append("MESSAGE_ID", id.description)
        }
        if let error = event.error {
            append(Self.prefix + "ERROR", String(describing: error))
        }
        for leaf in metadata.leaves(limit: Self.mostFields) {
            append(Self.fieldName(leaf.path), leaf.value)
        }
    }

    /// The fields as sd_journal_sendv(3) wants them: `NAME=value`, any bytes in the value.
    package var vectors: [[UInt8]] {
        fields.map { Array($0.name.utf8) + [UInt8(ascii: "=")] + $0.value }
    }

    /// The values of a field, as text.
    package subscript(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    /// `duration.ms` → `RUNNINGHUB_DURATION_MS`.
    static func fieldName(_ path: String) -> String {
        let name = path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 32
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: (Array(prefix.utf8) + name).prefix(longestName), as: UTF8.self)
    }

    private mutating func append(_ name: String, _ value: String) {
        append(name, Array(value.utf8))
    }

    private mutating func append(_ name: String, _ value: [UInt8]) {
        fields.append(Field(name: name, value: value.count > Self.longestValue ? Self.cut(value) : value))
    }

    /// Cuts at a character where the bytes are UTF-8, so that journalctl still shows text.
    private static func cut(_ value: [UInt8]) -> [UInt8] {
        let mark = Array("…".utf8)
        var end = longestValue - mark.count
        let earliest = end - 3  // a character has at most four bytes
        while end > earliest, value[end] & 0xC0 == 0x80 { end -= 1 }
        return value[..<end] + mark
    }
}

extension Logger.Level {
    /// The syslog priority that the journal files the level under (sd-daemon(3)).
    package var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
