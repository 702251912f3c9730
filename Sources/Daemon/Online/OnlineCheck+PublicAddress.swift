import Jobs
import RunningHub

extension OnlineCheck {
    /// Whether RunningHub can reach the listener, as far as that can be told from here.
    func checkPublicAddress(_ transport: Transport, _ status: StatusDocument?, _ report: inout Report) async {
        guard let base = configuration.webhook.publicURL else {
            report.wells.append(
                "public address: none is set, so RunningHub is asked every few seconds; that works behind any router."
            )
            return
        }
        let place = place("webhook", "public_url")
        guard let status else {
            let text =
                "The daemon does not run, so nothing can answer at \(base): sudo systemctl enable --now runninghubd"
            report.problems.append(.init(at: place, text))
            return
        }
        let address = PublicAddress(base: base, id: status.id, listener: listener)
        let probe = AddressProbe(transport: transport)
        let finding = await probe.ask(address.question)
        var other: String?
        if case .answered = finding, address.problem(finding) != nil { other = await find(address, probe) }
        if let problem = address.problem(finding, leadsHereAt: other) {
            report.problems.append(.init(at: place, problem))
            return
        }
        let last = status.lastCallback.map { "; the last callback came \(LocalTime.text($0.at))" } ?? ""
        report.wells.append("public address: \(base) leads here (\(status.id))\(last).")
        if let text = await unreachable(address) {
            report.problems.append(.init(at: place, text, severity: .warning))
        }
    }

    private func find(_ address: PublicAddress, _ probe: AddressProbe) async -> String? {
        for base in address.otherBases {
            guard case .answered(let answer) = await probe.ask("\(base)/healthz"), answer.status == 200 else {
                continue
            }
            if answer.body.split(whereSeparator: \.isWhitespace).first.map(String.init) == address.id { return base }
        }
        return nil
    }

    /// That the name leads to a network of one's own, which RunningHub on the internet does not see.
    private func unreachable(_ address: PublicAddress) async -> String? {
        // A simulator on this machine sees what this machine sees.
        if let site = try? Site(configuration.api.baseURL), await reserved(site.host) != nil { return nil }
        guard let reserved = await reserved(address.host) else { return nil }
        return
            "From here \(address.host) leads to \(reserved), where RunningHub cannot call. Try from elsewhere: curl \(address.question)"
    }

    private func reserved(_ host: String) async -> String? {
        guard let addresses = try? await HostResolver.system.addresses(of: host) else { return nil }
        return addresses.lazy.compactMap { IPAddress($0)?.reserved }.first
    }
}
