import AsyncHTTPClient
import Jobs
import NIOHTTP1

/// The decisions about a result's bytes as they come: a pure value that is told what happened.
struct DownloadBounds: Sendable {
    /// The most bytes that are taken.
    let limit: Int64
    /// How many were announced.
    let announced: Int64?
    /// How long they may take.
    let timeouts: Transport.Timeouts
    private(set) var count: Int64 = 0

    init(limit: Int64, announced: Int64?, timeouts: Transport.Timeouts) {
        self.limit = limit
        self.announced = announced
        self.timeouts = timeouts
    }

    /// Some bytes came, this long after the first was asked for.
    mutating func received(_ bytes: Int, after elapsed: Duration) throws(CloudError) {
        count += Int64(bytes)
        if count > limit { throw Self.tooLarge(limit) }
        if let announced, count > announced {
            throw CloudError(.truncated, "The result is longer than its announced length.")
        }
        // A sender that drips never stands still long enough for the idle timeout.
        if elapsed > timeouts.transfer(of: count) {
            throw CloudError(
                .timedOut,
                Phrase("The result comes too slowly.", zh: "结果下载过慢。", ru: "Результат загружается слишком медленно.")
            )
        }
    }

    /// The server says that this was all.
    func ended() throws(CloudError) {
        if let announced, count < announced { throw Self.truncated(count, announced) }
    }

    /// The connection broke, or nothing came for too long.
    func broken(by error: any Error) -> CloudError {
        guard (error as? HTTPClientError) == .remoteConnectionClosed || error is HTTPParserError else {
            return .network(error)
        }
        guard let announced else {
            return CloudError(.truncated, "The result broke off after \(count) bytes.", cause: error)
        }
        return Self.truncated(count, announced, cause: error)
    }

    static func tooLarge(_ limit: Int64) -> CloudError {
        CloudError(
            .tooLarge,
            Phrase(
                "The result is larger than the limit of \(limit) bytes.",
                zh: "结果超过 \(limit) 字节的上限。",
                ru: "Результат больше предела в \(limit) байт."
            ),
            hint: Phrase(
                "Raise `limits.output` in the configuration; the result is kept for about a day.",
                zh: "请在配置中调大 `limits.output`；结果大约保留一天。",
                ru: "Увеличьте `limits.output` в настройках; результат хранится около суток."
            )
        )
    }

    private static func truncated(_ count: Int64, _ announced: Int64, cause: (any Error)? = nil) -> CloudError {
        CloudError(.truncated, "The result broke off: \(count) of \(announced) bytes came.", cause: cause)
    }
}
