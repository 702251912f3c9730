import AsyncHTTPClient
package import Jobs
import NIOCore
import NIOHTTP1

/// One account on one site of the service: a site and a key.
///
/// Each method is one exchange; nothing is repeated here, for the ledger decides what may be asked again.
package struct Cloud: Sendable {
    /// The site.
    package let site: Site
    /// The account's key.
    package let key: Secret
    /// The connections.
    let transport: Transport
    /// What is never shown of an answer: whatever was once told to the service may come back in any later answer.
    let hidden: [Secret]

    /// The largest answer to a submission or upload, in bytes.
    static let answerLimit = 1024 * 1024
    /// The largest answer to a query: results, usage and a traceback.
    static let queryAnswerLimit = 4 * 1024 * 1024

    /// An account.
    ///
    /// - Parameters:
    ///   - site: the site.
    ///   - key: the account's key.
    ///   - transport: the connections.
    ///   - secrets: what else must not be seen where an answer is shown, such as the passwords of apps.
    package init(site: Site, key: Secret, transport: Transport, hiding secrets: [Secret] = []) {
        self.site = site
        self.key = key
        self.transport = transport
        self.hidden = [key] + secrets
    }

    /// How long each part of an exchange may take.
    package var timeouts: Transport.Timeouts { transport.timeouts }

    /// A `POST` of JSON with the key in its header.
    func post(_ path: String, _ body: JSONValue) throws(CloudError) -> HTTPClientRequest {
        var request = try authorized(.POST, path)
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(ByteBuffer(string: body.serialized))
        return request
    }

    /// A request with the key in its header.
    ///
    /// Version 1 takes the key from the body and documents the header as well; version 2 takes it from the header alone.
    func authorized(_ method: HTTPMethod, _ path: String) throws(CloudError) -> HTTPClientRequest {
        let text = key.expose()
        // The client would refuse such a header with an error that shows the value.
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw CloudError(
                .keyRefused(.unauthorized),
                "The API key is empty or holds characters that no key has.",
                hint: ErrorCode.find(412)?.hint
            )
        }
        var request = transport.request(method, site.address(of: path))
        request.headers.add(name: "Authorization", value: "Bearer \(text)")
        request.headers.add(name: "Accept", value: "application/json")
        return request
    }
}
