import Jobs
import RunningHub

extension OnlineCheck {
    /// Whether the site knows each key, and what its account has.
    func checkKeys(_ transport: Transport, _ report: inout Report) async {
        let site = configuration.api.baseURL
        for problem in keyProblems { report.problems.append(.init(at: place("api", "keys"), "\(problem)")) }
        if keys.isEmpty, keyProblems.isEmpty {
            report.problems.append(
                .init(at: place("api"), "There is no key that can be read here: sudo runninghubd key add main")
            )
        }
        for key in keys {
            let name = key.settings.name
            let trial = KeyTrial(configured: site, others: sites)
            let answers = await trial.run(key.secret, with: transport)
            guard let own = answers.first else { continue }
            switch own.isKnown {
            case true?:
                report.usable[name] = key.secret
                report.wells.append("key \(name): \(site) knows it: \(own.sentence).")
            case false?:
                report.problems.append(.init(at: place("api", "base_url"), Self.refused(name, own, answers)))
            case nil:
                report.problems.append(
                    .init(
                        at: place("api", "base_url"),
                        "Key \(name) could not be tried: \(own.sentence) Is this machine on the internet? curl -I \(site)"
                    )
                )
            }
        }
    }

    private static func refused(_ name: String, _ own: KeyTrial.Answer, _ answers: [KeyTrial.Answer]) -> String {
        if let other = answers.first(where: { $0.isKnown == true }) {
            return "Key \(name) belongs to \(other.site), not to \(own.site): set base_url: \(other.site) under api:"
        }
        let command = "sudo runninghubd key add \(name)"
        return "\(own.site) refuses key \(name): \(own.sentence) Copy it whole from the site's API console: \(command)"
    }
}
