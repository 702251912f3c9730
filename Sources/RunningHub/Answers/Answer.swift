import NIOCore
import NIOHTTP1

/// One HTTP answer with its body, perhaps cut off.
struct Answer: Sendable {
    /// The HTTP status.
    var status: Int
    /// The headers.
    var headers: HTTPHeaders
    /// The body as far as it came.
    var body: ByteBuffer
    /// Why the body is not whole; `nil` where it is.
    var cut: (any Error)?

    init(status: Int, headers: HTTPHeaders = [:], body: ByteBuffer, cut: (any Error)? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
        self.cut = cut
    }

    /// The longest wait that an answer may ask for.
    static let maximumRetryAfter = Duration.seconds(3600)

    /// How long the answer asks to wait, where it says so in seconds.
    var retryAfter: Duration? {
        guard let seconds = headers.first(name: "Retry-After").flatMap(Int.init), seconds >= 0 else { return nil }
        return min(.seconds(min(seconds, 86400)), Self.maximumRetryAfter)
    }
}
