import NIOCore

@testable import RunningHub
@testable import RunningHubSimulator

/// What is written as a form is read back as the same fields and file, by a reader that knows nothing of the writer.
///
/// The first line of an input is the file's name, the byte before it the size of the pieces in which the form arrives; the rest is the file.
enum MultipartPromises {
    private static let boundary = "----runninghubd-0123456789abc"

    static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let pieceSize = 1 + Int(input.byte())
        let name = input.piece(before: UInt8(ascii: "\n"))
        let content = Array(input.rest)
        guard !content.contains(Array(boundary.utf8)) else { return }
        let fields = [(name: "apiKey", value: "0123456789abcdef"), (name: "fileType", value: "image")]
        let form = UploadForm(boundary: boundary, fields: fields, fileName: name)
        checkName(name)
        let body = Array(form.head.readableBytesView) + content + Array(form.tail.readableBytesView)
        promise(form.length(around: Int64(content.count)) == Int64(body.count), "The announced length is the length.")
        let parts = blocking { await read(body, pieceSize, form.contentType) }
        promise(parts.count == 3, "A form has the parts that were written.", parts)
        for (field, part) in zip(fields, parts) {
            promise(
                part.name == field.name && part.bytes.elementsEqual(field.value.utf8),
                "A field is as it was.",
                part
            )
        }
        guard let file = parts.last else { return }
        promise(file.name == "file" && file.fileName == UploadForm.safeName(name), "A name is as it was.", file)
        promise(file.bytes == content, "A file is as it was.", file)
    }

    private static func checkName(_ bytes: [UInt8]) {
        let name = UploadForm.safeName(bytes)
        promise(!name.isEmpty && name.utf8.count <= UploadForm.maximumNameLength, "A name has a sensible length.", name)
        promise(
            name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && !#""\/:%;"#.utf8.contains($0) },
            "A name is tame.",
            name
        )
        promise(UploadForm.safeName(Array(name.utf8)) == name, "A tame name stays as it is.", name)
        let ending = bytes.suffix(5)
        guard bytes.count > 5, ending.elementsEqual(".jpeg".utf8), name != "file" else { return }
        promise(name.hasSuffix(".jpeg"), "A name keeps its ending.", name)
    }

    private struct ReadPart: Sendable {
        var name: String
        var fileName: String?
        var bytes: [UInt8] = []
    }

    private static func read(_ body: [UInt8], _ pieceSize: Int, _ contentType: String) async -> [ReadPart] {
        typealias Reader = MultipartReader<Pieces>
        guard let boundary = Reader.boundary(of: contentType) else { return [] }
        var reader = Reader(Pieces(rest: body[...], size: pieceSize), boundary: boundary)
        var parts: [ReadPart] = []
        do {
            while let piece = try await reader.next() {
                switch piece {
                case .part(let part): parts.append(ReadPart(name: part.name, fileName: part.fileName))
                case .bytes(let buffer): parts[parts.count - 1].bytes += buffer.readableBytesView
                }
            }
        } catch {
            promise(false, "A form can be read.", error)
        }
        return parts
    }

    /// A body that arrives in pieces of one size.
    private struct Pieces: AsyncIteratorProtocol {
        var rest: ArraySlice<UInt8>
        let size: Int

        mutating func next() async throws -> ByteBuffer? {
            guard !rest.isEmpty else { return nil }
            defer { rest = rest.dropFirst(size) }
            return ByteBuffer(bytes: rest.prefix(size))
        }
    }
}
