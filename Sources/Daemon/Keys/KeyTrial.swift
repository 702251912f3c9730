package import Jobs
import RunningHub

/// Tries a key on the sites, to tell whose it is before it is stored.
package struct KeyTrial: Sendable {
    private let sites: [String]

    /// RunningHub's sites, each with accounts of its own.
    package static let publicSites = ["https://www.runninghub.cn", "https://www.runninghub.ai"]

    /// A trial on the configured site and on the public ones.
    package init(configured: String, others: [String] = publicSites) {
        sites = [configured] + others.filter { $0 != configured }
    }

    /// What one site said.
    package struct Answer: Sendable {
        /// The site's address.
        package let site: String
        /// Whether it knows the key; nothing where it could not be asked.
        package let isKnown: Bool?
        /// What it said, as a sentence.
        package let sentence: String
    }

    /// Asks each site about the account of a key.
    ///
    /// It costs nothing.
    package func run(_ key: Secret) async throws -> [Answer] {
        let transport = Transport()
        var answers: [Answer] = []
        for site in sites { answers.append(await ask(site, key, transport)) }
        try await transport.shutdown()
        return answers
    }

    /// Asks the configured site, and the others only where that one refuses the key.
    func run(_ key: Secret, with transport: Transport) async -> [Answer] {
        var answers: [Answer] = []
        for site in sites {
            if let first = answers.first, first.isKnown != false { break }
            answers.append(await ask(site, key, transport))
        }
        return answers
    }

    private func ask(_ text: String, _ key: Secret, _ transport: Transport) async -> Answer {
        do {
            let cloud = Cloud(site: try Site(text), key: key, transport: transport)
            let status = try await cloud.accountStatus()
            let parts = [
                status.keyKind.map { "a key of kind \($0)" } ?? "a key",
                status.coins.map { "\($0) coins" },
                status.money.map { "\($0) \(status.currency ?? "")" },
            ]
            return Answer(site: text, isKnown: true, sentence: parts.compactMap(\.self).joined(separator: ", "))
        } catch let error as CloudError {
            if case .keyRefused = error.code { return Answer(site: text, isKnown: false, sentence: error.message) }
            return Answer(site: text, isKnown: nil, sentence: error.message)
        } catch {
            return Answer(site: text, isKnown: nil, sentence: "\(error)")
        }
    }
}
