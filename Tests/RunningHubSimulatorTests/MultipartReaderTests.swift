import NIOCore
import Testing

@testable import RunningHubSimulator

@Suite("Multipart forms are read as they arrive", .timeLimit(.minutes(1)))
struct MultipartReaderTests {
    private struct Pieces: AsyncSequence, AsyncIteratorProtocol {
        var pieces: ArraySlice<[UInt8]>
        mutating func next() async throws -> ByteBuffer? { pieces.popFirst().map { ByteBuffer(bytes: $0) } }
        func makeAsyncIterator() -> Pieces { self }
    }

    /// Reads a form that arrives in pieces of a size.
    private func read(
        _ bytes: [UInt8],
        pieces size: Int,
        boundary: String = "b"
    ) async throws -> [(MultipartReader<Pieces>.Part, [UInt8])] {
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        var reader = MultipartReader(Pieces(pieces: pieces[...]), boundary: boundary)
        var parts: [(MultipartReader<Pieces>.Part, [UInt8])] = []
        while let piece = try await reader.next() {
            switch piece {
            case .part(let part): parts.append((part, []))
            case .bytes(let more): parts[parts.count - 1].1 += Array(more.readableBytesView)
            }
        }
        return parts
    }

    @Test("Parts are the same however the bytes are cut", arguments: [1, 2, 3, 5, 7, 64, 100_000])
    func cuts(size: Int) async throws {
        let file: [UInt8] = Array("\r\n--\r\n--c\r\n--".utf8) + (0...255).map { UInt8($0) } + [13, 10, 13]
        let parts = try await read(
            form([("apiKey", "k"), ("empty", "")], file: file, named: "ä b.png", boundary: "b"),
            pieces: size
        )
        #expect(parts.map(\.0.name) == ["apiKey", "empty", "file"])
        #expect(parts.map(\.0.fileName) == [nil, nil, "ä b.png"])
        #expect(parts.last?.0.contentType == "image/png")
        #expect(parts.map(\.1) == [Array("k".utf8), [], file])
    }

    @Test(
        "Letters that Swift takes for a sign of the form do not end a name",
        arguments: ["\u{301}a.png", "a\u{37E}b.png"]
    )
    func letters(name: String) async throws {
        let parts = try await read(form([], file: [], named: name, boundary: "b"), pieces: 100)
        #expect(parts.first?.0.fileName.map { Array($0.utf8) } == Array(name.utf8))
    }

    @Test("Text before the first boundary and after the last is skipped")
    func preamble() async throws {
        let text = "hello\r\n--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--\r\nbye"
        let parts = try await read(Array(text.utf8), pieces: 4)
        #expect(parts.map(\.0.name) == ["a"])
        #expect(parts.map(\.1) == [[49]])
    }

    @Test(
        "What is no form is refused",
        arguments: [
            "", "--b", "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nunfinished",
            "--b\r\nX: y\r\n\r\n1\r\n--b--",
        ]
    )
    func malformed(text: String) async throws {
        await #expect(throws: MultipartReader<Pieces>.Malformed.self) { try await read(Array(text.utf8), pieces: 5) }
    }

    @Test("A head without end is refused before it is held whole")
    func longHead() async throws {
        let text = "--b\r\nContent-Disposition: form-data; name=a; x=" + String(repeating: "y", count: 100_000)
        await #expect(throws: MultipartReader<Pieces>.Malformed(reason: "the head of a part is too long")) {
            try await read(Array(text.utf8), pieces: 1000)
        }
    }

    @Test("Boundaries are found in content types, quoted or not")
    func boundaries() {
        typealias Reader = MultipartReader<Pieces>
        #expect(Reader.boundary(of: "multipart/form-data; boundary=abc") == "abc")
        #expect(Reader.boundary(of: #"Multipart/Form-Data; charset=utf-8; Boundary="a b""#) == "a b")
        #expect(Reader.boundary(of: "multipart/form-data") == nil)
        #expect(Reader.boundary(of: "application/json; boundary=abc") == nil)
    }
}
