import AsyncHTTPClient
import Jobs
import NIOHTTP1

extension Cloud {
    /// Asks a question of version 1 that costs nothing and changes nothing twice; gives the answer where its code is 0.
    ///
    /// - Parameters:
    ///   - path: Where to.
    ///   - body: What is asked.
    ///   - secrets: What the body holds that must not be shown, beside the key.
    /// - Returns: The answer.
    /// - Throws: ``CloudError``.
    func askVersion1(
        _ path: String,
        _ body: [String: JSONValue],
        hiding secrets: [Secret] = []
    ) async throws(CloudError) -> Reply {
        let request = try post(path, .object(body))
        return try Reply.judge(try await answer(to: request), hiding: hidden + secrets)
    }

    /// Asks a question whose parameters are in its address, the key among them where version 1 wants it there.
    func askByAddress(_ path: String, _ parameters: [(name: String, value: String)]) async throws(CloudError) -> Reply {
        let request = try get(path, parameters)
        return try Reply.judge(try await answer(to: request), hiding: hidden)
    }

    /// A `GET` with the key in its header.
    func get(_ path: String, _ parameters: [(name: String, value: String)]) throws(CloudError) -> HTTPClientRequest {
        let query = parameters.map { "\($0.name)=\($0.value.percentEncoded)" }.joined(separator: "&")
        return try authorized(.GET, query.isEmpty ? path : "\(path)?\(query)")
    }

    /// The answer to a short question, whatever it is.
    func answer(to request: HTTPClientRequest) async throws(CloudError) -> Answer {
        do {
            return try await transport.exchange(
                request,
                with: transport.shared,
                limit: Self.queryAnswerLimit,
                within: transport.timeouts.question
            )
        } catch {
            throw .network(error)
        }
    }
}

extension String {
    /// The text as one segment of a path, or as one value in a query: all but letters, digits, `-` and `_` is escaped.
    var percentEncoded: String { utf8.percentEncoded() }
}
