package import Jobs
import RunningHub

/// `check --online`: what only asking RunningHub, and the way from the internet to here, can tell.
///
/// It costs nothing, and needs a daemon only for the public address.
package struct OnlineCheck: Sendable {
    let reading: ConfigurationReading
    let configuration: Configuration
    let keys: [LoadedKey]
    let keyProblems: [KeyProblem]
    /// The public sites, to tell whose a key is.
    let sites: [String]
    /// Where the listener is, as `HOST:PORT`: what a proxy should lead to.
    let listener: String

    /// A check of what was read, with the keys that can be had here.
    ///
    /// - Parameters:
    ///   - reading: of files without a mistake that stops the start.
    ///   - credentials: the keys, by the names of their credentials.
    ///   - sites: RunningHub's.
    ///   - listener: where systemd listens, where that is known; nothing: where the configuration says.
    package init?(
        _ reading: ConfigurationReading,
        credentials: [String: Secret],
        sites: [String] = KeyTrial.publicSites,
        listener: String? = nil
    ) {
        guard let configuration = reading.configuration else { return nil }
        (self.reading, self.configuration, self.sites) = (reading, configuration, sites)
        self.listener = listener ?? "\(configuration.webhook.listen)"
        (keys, keyProblems) = configuration.loadKeys(credentials: credentials)
    }

    /// What was found.
    package struct Report: Sendable {
        /// What is well, a line each.
        package var wells: [String] = []
        package var problems: [ConfigurationProblem] = []
        /// The keys that the site knows, by name.
        var usable: [String: Secret] = [:]
    }

    /// Asks everything, the keys first; `status` is of the daemon that runs, where one does.
    package func run(status: StatusDocument?) async -> Report {
        var timeouts = Transport.Timeouts()
        (timeouts.connect, timeouts.question) = (.seconds(5), .seconds(15))
        let transport = Transport(timeouts: timeouts)
        var report = Report()
        await checkKeys(transport, &report)
        await checkPipelines(transport, &report)
        await checkPublicAddress(transport, status, &report)
        // Shutting down fails only where it was done before.
        try? await transport.shutdown()
        report.problems = report.problems.inOrder()
        return report
    }

    /// Where a setting of `config.yaml` stands, or the file as a whole.
    func place(_ path: String...) -> SourcePosition {
        let main = reading.documents.first
        let source =
            switch path.count {
            case 2: main?.source(of: path[0], path[1])
            default: main?.source(of: path[0])
            }
        return source ?? SourcePosition(file: main?.file ?? ConfigurationReader.standardFile)
    }
}
