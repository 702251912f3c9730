import Jobs
import Ledger
import Testing

@testable import Daemon

@Suite("What a reload changes")
struct ConfigurationChangeTests {
    private func change(
        uses: [KeyUse] = [],
        credentials: [String] = ["key_main"],
        taking: Set<String> = [],
        from first: (inout Configuration) -> Void = { _ in },
        _ second: (inout Configuration) -> Void
    ) -> ConfigurationChange {
        var old = Configuration()
        first(&old)
        var new = old
        second(&new)
        return ConfigurationChange(from: old, to: new, credentials: credentials, uses: uses, taking: taking)
    }

    @Test("Other folders are refused while files are being taken from the ones there are, and nothing else is.")
    func folders() {
        let pipelines = ["a", "b"].map { Pipeline(name: $0, target: .aiApp("1")) }
        let change = change(taking: ["a"]) {
            $0.pipelines = pipelines
        } _: {
            $0.pipelines[0].folders.inbox = "/mnt/a"
            $0.pipelines[1].folders.inbox = "/mnt/b"
        }
        #expect(change.refusals.count == 1 && change.refusals[0].hasPrefix("pipelines.a.folders has changed while"))
        let other = self.change(taking: ["a"]) {
            $0.pipelines = pipelines
        } _: {
            $0.pipelines[0].retries = 2
        }
        #expect(other.refusals == [])
    }

    @Test("Pipelines come, change, go, and are kept out by their own mistakes, each by name.")
    func pipelines() {
        let change = change {
            $0.pipelines = ["a", "b", "c", "d"].map { Pipeline(name: $0, target: .aiApp("1")) }
        } _: {
            $0.pipelines = [$0.pipelines[0], $0.pipelines[1], Pipeline(name: "e", target: .aiApp("2"))]
            $0.pipelines[1].retries = 2
            $0.outOfService = ["d"]
        }
        #expect(change.added == ["e"] && change.changed == ["b"] && change.removed == ["c"])
        #expect(change.outOfService == ["d"] && change.refusals.isEmpty)
        #expect(
            change.summary == "The configuration is in force: new: e; changed: b; removed: c; out of service: d."
        )
    }

    @Test("Where the files say the same, nothing has changed.")
    func same() {
        #expect(change { _ in }.summary == "Nothing has changed.")
    }

    @Test(
        "What is read at a start only is refused by its name, with the command.",
        arguments: ["api.base_url", "webhook.public_url", "webhook.listen", "spool", "state", "control_socket"]
    )
    func atStart(setting: String) {
        let change = change { configuration in
            switch setting {
            case "api.base_url": configuration.api.baseURL = "https://www.runninghub.ai"
            case "webhook.public_url": configuration.webhook.publicURL = "https://media.example.com"
            case "webhook.listen": configuration.webhook.listen = ListenAddress(host: "127.0.0.1", port: 1)
            case "spool": configuration.spool = "/elsewhere"
            case "state": configuration.state = "/elsewhere"
            default: configuration.controlSocket = "/elsewhere"
            }
        }
        #expect(change.refusals.count == 1)
        #expect(change.refusals[0].hasPrefix("\(setting) has changed"))
        #expect(change.refusals[0].contains("systemctl restart runninghubd"))
    }

    @Test("A base_url that jobs under way need is refused with their number, and a restart is not advised as it is.")
    func address() {
        let uses = [KeyUse(key: "main", site: "a", jobs: 2), KeyUse(key: "other", site: "a", jobs: 1)]
        let refusals = change(uses: uses) { $0.api.baseURL = "https://www.runninghub.ai" }.refusals
        #expect(refusals.count == 1 && refusals[0].contains("the tasks of 3 jobs under way"))
        #expect(refusals[0].contains("put it back") && refusals[0].contains("hold --all"))
    }

    @Test("A key that jobs under way need is refused with their number; one that none needs takes a restart.")
    func keys() {
        let main = KeySettings(name: "main", source: .credential("key_main"))
        let other = KeySettings(name: "other", source: .credential("key_other"))
        let uses = [KeyUse(key: "main", site: "a", jobs: 1)]
        let needed = change(uses: uses) {
            $0.api.keys = [main, other]
        } _: {
            $0.api.keys = [other]
        }
        #expect(needed.refusals.count == 1)
        #expect(needed.refusals[0].hasPrefix("api.keys: key main is taken out, but the task of 1 job under way"))
        let free = change(uses: uses) {
            $0.api.keys = [main, other]
        } _: {
            $0.api.keys = [main]
        }
        #expect(free.refusals.count == 1 && free.refusals[0].hasPrefix("api.keys: key other is taken out, and"))
        let new = change {
            $0.api.keys = [main]
        } _: {
            $0.api.keys = [main, other]
        }
        #expect(new.refusals.count == 1 && new.refusals[0].hasPrefix("api.keys: key other is new"))
    }

    @Test("Keys that are written out as the credentials had them are the same keys.")
    func writtenOut() {
        var main = KeySettings(name: "main", source: .credential("key_main"))
        #expect(change { $0.api.keys = [main] }.refusals.isEmpty)
        main.concurrency = 5
        let change = change { $0.api.keys = [main] }
        #expect(change.refusals.isEmpty && change.keys == [main])
    }
}
