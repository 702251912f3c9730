import Glibc
import NIOCore

/// Reads a `multipart/form-data` body as it arrives, holding no more than a piece of it (RFC 7578, RFC 2046 section 5.1).
///
/// None of the packages this repository depends on reads multipart bodies, and the usual one is not to be had, hence
/// this small reader. It knows what clients of an upload need: parts with `Content-Disposition`, in any order, with a
/// body of any bytes. It refuses what it can't bound: part headers above ``largestHead``.
struct MultipartReader<Base: AsyncIteratorProtocol> where Base.Element == ByteBuffer {
    /// What is found next in the body.
    enum Piece: Equatable {
        /// A part begins.
        case part(Part)
        /// Bytes of the part that began last.
        case bytes(ByteBuffer)
    }

    /// What the head of a part says.
    struct Part: Equatable {
        var name: String
        var fileName: String?
        var contentType: String?
    }

    struct Malformed: Error, Equatable {
        let reason: String
    }

    static var largestHead: Int { 16 * 1024 }

    private var base: Base
    private var buffer = ByteBuffer()
    /// What ends a part: a line break and the boundary.
    private let delimiter: [UInt8]
    private var state = State.preamble

    private enum State {
        case preamble, head, body, ended
    }

    /// Begins before the first part; `boundary` is the parameter of the body's content type.
    init(_ base: Base, boundary: String) {
        self.base = base
        delimiter = Array("\r\n--\(boundary)".utf8)
        // So that a boundary at the very beginning is found like any other.
        buffer.writeBytes([13, 10])
    }

    /// The next piece; nil after the last part.
    mutating func next() async throws -> Piece? {
        while true {
            switch state {
            case .ended: return nil
            case .preamble:
                if try await skipPreamble() { state = .head }
            case .head:
                return try await readHead().map { .part($0) }
            case .body:
                if let bytes = try await readBody() { return .bytes(bytes) }
            }
        }
    }

    /// Reads on, into what is held.
    private mutating func readMore() async throws {
        guard var more = try await base.next(isolation: #isolation) else {
            throw Malformed(reason: "the body ends inside a part")
        }
        buffer.discardReadBytes()
        buffer.writeBuffer(&more)
    }

    private mutating func skipPreamble() async throws -> Bool {
        if let place = find(delimiter) {
            buffer.moveReaderIndex(forwardBy: place + delimiter.count)
            return true
        }
        buffer.moveReaderIndex(forwardBy: max(0, buffer.readableBytes - delimiter.count))
        try await readMore()
        return false
    }

    /// Reads what follows a boundary: the head of a part, or the end.
    private mutating func readHead() async throws -> Part? {
        while buffer.readableBytes < 2 { try await readMore() }
        if buffer.readableBytesView.prefix(2).elementsEqual([45, 45]) {
            state = .ended
            return nil
        }
        while true {
            if let length = find([13, 10, 13, 10]) {
                let head = buffer.readString(length: length) ?? ""
                buffer.moveReaderIndex(forwardBy: 4)
                state = .body
                return try Self.parse(head)
            }
            guard buffer.readableBytes <= Self.largestHead else {
                throw Malformed(reason: "the head of a part is too long")
            }
            try await readMore()
        }
    }

    /// Reads some bytes of a part; nil when it has ended.
    private mutating func readBody() async throws -> ByteBuffer? {
        if let length = find(delimiter) {
            let rest = buffer.readSlice(length: length)
            buffer.moveReaderIndex(forwardBy: delimiter.count)
            state = .head
            return length > 0 ? rest : nil
        }
        // The last bytes may be the beginning of a boundary.
        let safe = buffer.readableBytes - delimiter.count
        if safe > 0 { return buffer.readSlice(length: safe) }
        try await readMore()
        return nil
    }

    /// Where a sequence of bytes begins in what is held, counted from the first readable byte.
    private func find(_ pattern: [UInt8]) -> Int? {
        buffer.withUnsafeReadableBytes { held -> Int? in
            guard let start = held.baseAddress, let first = pattern.first else { return nil }
            var offset = 0
            while held.count - offset >= pattern.count {
                let rest = held.count - offset - pattern.count + 1
                guard let found = memchr(start + offset, CInt(first), rest) else { return nil }
                offset = UnsafeRawPointer(found) - start
                if memcmp(start + offset, pattern, pattern.count) == 0 { return offset }
                offset += 1
            }
            return nil
        }
    }
}

extension MultipartReader {
    /// The boundary that a content type names, nil when it is no form.
    static func boundary(of contentType: String) -> String? {
        let parts = contentType.split(separator: ";").map { $0.trimmed }
        guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
        return parts.dropFirst().lazy.compactMap { parameter(named: "boundary", in: $0) }.first { !$0.isEmpty }
    }

    /// Reads the lines of a part's head, byte by byte: to Swift's characters a Greek question mark is a semicolon, and a quote with a
    /// combining mark behind it is none.
    private static func parse(_ head: String) throws -> Part {
        var part: Part?
        var contentType: String?
        for line in head.utf8.split(whereSeparator: { $0 == 13 || $0 == 10 }) {
            let halves = line.split(separator: UInt8(ascii: ":"), maxSplits: 1).map { String(Substring($0)) }
            guard halves.count == 2 else { continue }
            switch halves[0].lowercased() {
            case "content-type": contentType = halves[1].trimmed
            case "content-disposition":
                let parameters = parameters(of: halves[1]).dropFirst()
                let name = parameters.lazy.compactMap { parameter(named: "name", in: $0) }.first
                let file = parameters.lazy.compactMap { parameter(named: "filename", in: $0) }.first
                part = name.map { Part(name: $0, fileName: file) }
            default: break
            }
        }
        guard var part else { throw Malformed(reason: "a part without a name") }
        part.contentType = contentType
        return part
    }

    private static func parameters(of field: String) -> [String] {
        field.utf8.split(separator: UInt8(ascii: ";")).map { Substring($0).trimmed }
    }

    /// The value of `name=value` or `name="value"`.
    private static func parameter(named name: String, in text: String) -> String? {
        let halves = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2, Substring(halves[0]).trimmed.lowercased() == name else { return nil }
        let value = Substring(halves[1]).trimmed.utf8
        guard value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") else {
            return String(value)
        }
        return String(Substring(value.dropFirst().dropLast()))
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at both ends.
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " || text.first == "\t" { text.removeFirst() }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
