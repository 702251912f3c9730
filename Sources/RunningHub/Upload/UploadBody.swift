import NIOCore

/// The body of an upload: the form's head, the file piece by piece, the form's tail.
///
/// Before the tail the file's length is looked at again: a file that grew is as wrong as one that shrank, and without its tail the service
/// throws the form away.
struct UploadBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let form: UploadForm
    let source: UploadSource

    func makeAsyncIterator() -> Iterator {
        Iterator(form: form, source: source)
    }

    struct Iterator: AsyncIteratorProtocol {
        private enum Step {
            case head
            case file(Int64)
            case done
        }

        private let form: UploadForm
        private let source: UploadSource
        private var step = Step.head

        init(form: UploadForm, source: UploadSource) {
            self.form = form
            self.source = source
        }

        mutating func next() async throws -> ByteBuffer? {
            switch step {
            case .head:
                step = .file(0)
                return form.head
            case .file(let offset) where offset < source.length:
                let piece = try await source.piece(at: offset)
                step = .file(offset + Int64(piece.readableBytes))
                return piece
            case .file:
                try source.checkLength()
                step = .done
                return form.tail
            case .done:
                return nil
            }
        }
    }
}
