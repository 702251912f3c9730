import Jobs
import NIOCore
import NIOHTTP1

/// The decision about the head of an answer that should be a result.
enum DownloadHead: Sendable {
    /// The bytes follow; the length where one is announced.
    case bytes(length: Int64?)
    /// Another address is named.
    case redirect(ResultAddress)

    /// Judges a head.
    static func judge(
        status: Int,
        headers: HTTPHeaders,
        from address: ResultAddress,
        limit: Int64
    ) throws(CloudError) -> DownloadHead {
        switch status {
        case 200: return .bytes(length: try length(headers, limit: limit))
        case 301, 302, 303, 307, 308: return .redirect(try target(headers, from: address))
        case 403, 404, 410:
            throw CloudError(
                .gone,
                Phrase(
                    "The result is no longer there (HTTP \(status)): its address has expired.",
                    zh: "结果已不存在（HTTP \(status)）：下载地址已过期。",
                    ru: "Результата больше нет (HTTP \(status)): срок действия адреса истёк."
                ),
                hint: Phrase(
                    "RunningHub keeps results for a day.",
                    zh: "RunningHub 只保留结果一天。",
                    ru: "RunningHub хранит результаты одни сутки."
                ),
                httpStatus: status
            )
        case 429, 503:
            let wait = Answer(status: status, headers: headers, body: .init()).retryAfter
            throw CloudError(
                .busy,
                Phrase(
                    "The server of the result asks to wait (HTTP \(status)).",
                    zh: "存放结果的服务器要求等待（HTTP \(status)）。",
                    ru: "Сервер с результатом просит подождать (HTTP \(status))."
                ),
                httpStatus: status,
                retryAfter: wait
            )
        default:
            throw CloudError(
                .badAnswer,
                Phrase(
                    "The server of the result answers with HTTP \(status).",
                    zh: "存放结果的服务器返回 HTTP \(status)。",
                    ru: "Сервер с результатом отвечает HTTP \(status)."
                ),
                httpStatus: status
            )
        }
    }

    private static func length(_ headers: HTTPHeaders, limit: Int64) throws(CloudError) -> Int64? {
        // A coded body has another length than the file, and may unpack to any size.
        let codings = headers[canonicalForm: "Content-Encoding"].filter { !$0.isEmpty && $0.lowercased() != "identity" }
        guard codings.isEmpty else {
            throw CloudError(.encoded, "The result comes in an encoding that was not asked for.", httpStatus: 200)
        }
        let length = headers.first(name: "Content-Length").flatMap(Int64.init)
        if let length, length > limit { throw DownloadBounds.tooLarge(limit) }
        return length
    }

    private static func target(_ headers: HTTPHeaders, from address: ResultAddress) throws(CloudError) -> ResultAddress
    {
        guard let target = headers.first(name: "Location").flatMap(address.redirected(to:)) else {
            throw CloudError(
                .addressRefused,
                Phrase(
                    "The result redirects to what is not an address.",
                    zh: "结果被重定向到一个无效的地址。",
                    ru: "Результат перенаправляет туда, что не является адресом."
                )
            )
        }
        guard target.scheme == address.scheme else {
            throw CloudError(
                .addressRefused,
                Phrase(
                    "The result redirects from \(address.scheme.rawValue) to \(target.scheme.rawValue), which is not followed.",
                    zh: "结果从 \(address.scheme.rawValue) 重定向到 \(target.scheme.rawValue)，未予跟随。",
                    ru:
                        "Результат перенаправляет с \(address.scheme.rawValue) на \(target.scheme.rawValue), переход не выполняется."
                )
            )
        }
        return target
    }
}
