import AsyncHTTPClient
import NIOCore
import NIOHTTP1

extension Transport {
    /// Asks one question and reads its whole answer, head and body within one deadline.
    ///
    /// A body that breaks off, or is longer than the limit, is given as far as it came, with the reason.
    func exchange(
        _ request: HTTPClientRequest,
        with client: HTTPClient,
        limit: Int,
        within deadline: Duration
    ) async throws -> Answer {
        try await withDeadline(deadline) {
            // The deadline that counts is the one around; the client's own only ends at the head.
            let response = try await client.execute(request, deadline: .distantFuture)
            var answer = Answer(
                status: Int(response.status.code),
                headers: response.headers,
                body: ByteBuffer()
            )
            do {
                for try await chunk in response.body {
                    let room = limit - answer.body.readableBytes
                    guard chunk.readableBytes <= room else {
                        answer.body.writeImmutableBuffer(
                            chunk.getSlice(at: chunk.readerIndex, length: room) ?? ByteBuffer()
                        )
                        answer.cut = AnswerTooLong()
                        return answer
                    }
                    answer.body.writeImmutableBuffer(chunk)
                }
            } catch {
                answer.cut = error
            }
            return answer
        }
    }
}

/// That an answer is longer than any that the service gives.
struct AnswerTooLong: Error {}
