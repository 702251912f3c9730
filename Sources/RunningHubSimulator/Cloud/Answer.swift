/// An answer of the cloud, and what becomes of it on its way.
struct Answer: Sendable, Hashable {
    var status = 200
    var body: Body
    /// How long it is held back.
    var delay = Duration.zero
    /// How it is kept from the client, if it is.
    var loss: Loss?

    enum Body: Sendable, Hashable {
        case json(JSON)
        case page(String)
    }

    /// Ways for an answer to be lost although everything was done.
    enum Loss: Sendable, Hashable {
        /// The connection is closed.
        case cut
        /// A gateway answers 502 instead.
        case gateway
        /// Something that is not JSON, with 200.
        case garbage
        /// JSON without an end, with 200.
        case endless
    }

    /// The page of a gateway, as one sees it where the service itself is not reached.
    static func gatewayPage(_ status: Int) -> Answer {
        let title = reasons[status].map { "\(status) \($0)" } ?? String(status)
        let page =
            "<html>\r\n<head><title>\(title)</title></head>\r\n<body>\r\n<center><h1>\(title)</h1></center>\r\n"
            + "<hr><center>TencentEdgeOne</center>\r\n</body>\r\n</html>\r\n"
        return Answer(status: status, body: .page(page))
    }

    private static let reasons = [
        400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 413: "Request Entity Too Large",
        429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Time-out",
    ]

    /// Success in the v1 envelope.
    static func envelope(_ data: JSON, message: String = "success") -> Answer {
        Answer(body: .json(["code": 0, "msg": .string(message), "data": data]))
    }

    /// An error in the v1 envelope; business errors come with HTTP 200.
    static func failure(_ code: Int, _ message: String? = nil, data: JSON = .null) -> Answer {
        Answer(
            body: .json([
                "code": .int(Int64(code)), "msg": .string(message ?? ErrorCode.message(code)), "data": data,
            ])
        )
    }
}
