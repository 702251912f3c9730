import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore
import NIOFoundationCompat

/// All paths of the simulator.
struct SimulatorRouter: Sendable {
    let simulator: Simulator

    /// Largest JSON body; a workflow given as text may be long.
    static let largestBody = 16 * 1024 * 1024

    func make() -> Router<SimulatorContext> {
        let router = Router(context: SimulatorContext.self, options: .autoGenerateHeadEndpoints)
        addRuns(to: router)
        addQueries(to: router)
        addUploads(to: router)
        addResults(to: router)
        addAccounts(to: router)
        addControls(to: router)
        return router
    }

    /// Reads a JSON body.
    ///
    /// What isn't JSON, or too long, is as good as empty: the service says which parameter it misses.
    func read(_ request: Request) async throws -> (request: APIRequest, text: String) {
        let body = try await request.body.collect(upTo: Self.largestBody)
        let text = String(buffer: body)
        let decoded = Self.decode(text) ?? Self.decode(Self.withoutComments(text))
        return (decoded ?? APIRequest(), text)
    }

    private static func decode(_ text: String) -> APIRequest? {
        try? JSONDecoder().decode(APIRequest.self, from: Data(text.utf8))
    }

    /// One of the vendor's documents prints a command whose body has a comment line.
    ///
    /// It is understood as it stands.
    private static func withoutComments(_ text: String) -> String {
        text.split(separator: "\n").filter { !$0.trimmed.hasPrefix("#") }.joined(separator: "\n")
    }

    /// The key of the `Authorization` header.
    func bearer(_ request: Request) -> String? {
        guard let header = request.headers[.authorization] else { return nil }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return nil }
        return words[1].trimmed
    }
}
