internal import Glibc
package import Logging

/// A log event as one line of text: `warning The key rests coins=0 key=main`.
package struct TextLine: Sendable, Equatable {
    package let text: String

    /// - Parameters:
    ///   - event: What was logged; its own `metadata` is not read.
    ///   - metadata: The merged metadata of handler, provider and event.
    package init(_ event: LogEvent, metadata: Logger.Metadata) {
        var metadata = metadata
        _ = metadata.removeMessageID()
        var words = [event.level.rawValue, event.message.description.escapedToOneLine]
        for leaf in metadata.leaves(limit: JournalEntry.mostFields) {
            words.append("\(leaf.path.escapedToOneLine)=\(Self.word(String(decoding: leaf.value, as: UTF8.self)))")
        }
        if let error = event.error {
            words.append("error=\(Self.word(String(describing: error)))")
        }
        text = words.joined(separator: " ")
    }

    /// A value as one word: quoted where a reader could not see its end otherwise.
    private static func word(_ value: String) -> String {
        let line = String(value.prefix(JournalEntry.longestValue)).escapedToOneLine
        guard line.isEmpty || line.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" }) else { return line }
        var quoted = "\""
        for character in line {
            if character == "\"" { quoted.append("\\") }
            quoted.append(character)
        }
        return quoted + "\""
    }

    /// Writes the line whole, so that lines of several threads do not mix.
    ///
    /// What cannot be written is dropped: there is nowhere left to say so.
    func write(to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        rest.append(UInt8(ascii: "\n"))
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if written == 0 || errno != EINTR {
                return
            }
        }
    }
}
