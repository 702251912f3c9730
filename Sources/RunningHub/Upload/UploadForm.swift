import NIOCore

/// The frame of a multipart form with one file, whose bytes go between ``head`` and ``tail``.
struct UploadForm: Sendable {
    /// The `Content-Type` header.
    let contentType: String
    /// All that precedes the file's bytes.
    let head: ByteBuffer
    /// All that follows them.
    let tail: ByteBuffer

    /// A form (RFC 7578).
    ///
    /// - Parameters:
    ///   - boundary: Random, of characters that need no quoting.
    ///   - fields: Text fields, in order, before the file.
    ///   - fileName: The file's name as bytes, made safe here.
    init(boundary: String, fields: [(name: String, value: String)], fileName: [UInt8]) {
        contentType = "multipart/form-data; boundary=\(boundary)"
        var head = ByteBuffer()
        for field in fields {
            head.writeString(
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(field.name)\"\r\n\r\n\(field.value)\r\n"
            )
        }
        head.writeString("--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"")
        head.writeString(Self.safeName(fileName))
        head.writeString("\"\r\nContent-Type: application/octet-stream\r\n\r\n")
        self.head = head
        tail = ByteBuffer(string: "\r\n--\(boundary)--\r\n")
    }

    /// The length of the whole form around a file of this length.
    func length(around fileLength: Int64) -> Int64 {
        Int64(head.readableBytes) + fileLength + Int64(tail.readableBytes)
    }

    /// The longest file name that is sent, in bytes; the end is kept, for the extension is there.
    static let maximumNameLength = 150

    /// A name that cannot leave its place in the header: no quotes, separators, line breaks or control characters, valid UTF-8, not too long.
    static func safeName(_ bytes: [UInt8]) -> String {
        var name = ""
        for character in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            switch character {
            case "\"", "\\", "/", ":", "%", ";", "\u{FFFD}": name.unicodeScalars.append("_")
            default:
                switch character.properties.generalCategory {
                // Readers that take a head for text may end a line at any of these.
                case .control, .lineSeparator, .paragraphSeparator: name.unicodeScalars.append("_")
                default: name.unicodeScalars.append(character)
                }
            }
        }
        while name.utf8.count > maximumNameLength { name.removeFirst() }
        return name.contains { $0 != "." && $0 != " " } ? name : "file"
    }
}
