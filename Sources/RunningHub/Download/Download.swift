import AsyncHTTPClient
package import NIOCore

/// A result that is being fetched.
package struct Download: Sendable {
    /// The length that the server announced; `nil` where it announced none.
    package let length: Int64?
    /// The `Content-Type`, which storage servers often do not know rightly.
    package let contentType: String?
    /// The bytes.
    ///
    /// To be read once, to the end: what is wrong with the result (too long, cut off, too slow) is thrown on the way.
    package let body: Body

    /// The bytes of a result, bounded.
    package struct Body: AsyncSequence, Sendable {
        package typealias Element = ByteBuffer

        let chunks: HTTPClientResponse.Body
        let bounds: DownloadBounds

        package func makeAsyncIterator() -> Iterator {
            Iterator(chunks: chunks.makeAsyncIterator(), bounds: bounds)
        }

        /// Reads and checks.
        package struct Iterator: AsyncIteratorProtocol {
            private var chunks: HTTPClientResponse.Body.AsyncIterator
            private var bounds: DownloadBounds
            private let start = ContinuousClock.now

            init(chunks: HTTPClientResponse.Body.AsyncIterator, bounds: DownloadBounds) {
                self.chunks = chunks
                self.bounds = bounds
            }

            /// The next piece; throws ``CloudError``.
            package mutating func next() async throws -> ByteBuffer? {
                try await next(isolation: #isolation)
            }

            package mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws -> ByteBuffer? {
                let chunk: ByteBuffer?
                do {
                    chunk = try await chunks.next(isolation: actor)
                } catch {
                    throw bounds.broken(by: error)
                }
                guard let chunk else {
                    try bounds.ended()
                    return nil
                }
                try bounds.received(chunk.readableBytes, after: ContinuousClock.now - start)
                return chunk
            }
        }
    }
}
