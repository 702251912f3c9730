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
                "The result is no longer there (HTTP \(status)): its address has expired.",
                hint: "RunningHub keeps results for a day.",
                httpStatus: status
            )
        case 429, 503:
            let wait = Answer(status: status, headers: headers, body: .init()).retryAfter
            throw CloudError(
                .busy,
                "The server of the result asks to wait (HTTP \(status)).",
                httpStatus: status,
                retryAfter: wait
            )
        default:
            throw CloudError(
                .badAnswer,
                "The server of the result answers with HTTP \(status).",
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
            throw CloudError(.addressRefused, "The result redirects to what is not an address.")
        }
        guard target.scheme == address.scheme else {
            throw CloudError(
                .addressRefused,
                "The result redirects from \(address.scheme.rawValue) to \(target.scheme.rawValue), which is not followed."
            )
        }
        return target
    }
}
