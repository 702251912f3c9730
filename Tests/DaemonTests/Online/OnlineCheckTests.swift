import Jobs
import RunningHub
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("check --online", .timeLimit(.minutes(1)))
    struct OnlineCheckTests {
        private typealias CloudKey = RunningHubSimulator.KeySettings

        private func check(
            _ site: String,
            _ lines: String = "",
            pipeline: String = pipelineFile("accept: [any]", nodes: Self.nodes),
            key: String? = CloudKey.defaultKey,
            status: StatusDocument? = nil,
            sites: [String] = []
        ) async throws -> OnlineCheck.Report {
            let reading = readConfiguration([
                "config.yaml": "api:\n  base_url: \(site)\n\(lines)", "pipelines.d/oil.yaml": pipeline,
            ])
            #expect(reading.problems.isEmpty, "\(reading.problems)")
            let credentials = key.map { ["key_main": Secret($0)] } ?? [:]
            let check = try #require(OnlineCheck(reading, credentials: credentials, sites: sites))
            return await check.run(status: status)
        }

        private static let nodes = "nodes: [{ id: 285, field: image, value: \"{file}\" }]"

        private func texts(_ report: OnlineCheck.Report) -> [String] {
            report.problems.map { String("\($0)".dropFirst("/c/".count)) }
        }

        @Test("Where all is well each key and pipeline has its line, and without a public address that is said.")
        func well() async throws {
            try await withSimulator { simulator in
                let report = try await check(simulator.baseURL)
                #expect(report.problems.isEmpty, "\(report.problems)")
                #expect(report.wells.count == 3, "\(report.wells)")
                #expect(report.wells[0].hasPrefix("key main: \(simulator.baseURL) knows it: a key of kind NORMAL"))
                #expect(report.wells[1].contains("RunningHub has AI app 2016740236478386178"))
                #expect(report.wells[2].contains("behind any router"))
            }
        }

        @Test(
            "A key of the other site is told with the line to write; one that no site knows with the command to type."
        )
        func wrongSite() async throws {
            var elsewhere = SimulatorSettings()
            elsewhere.keys = [CloudKey(key: "ffffffffffffffffffffffffffffffff")]
            try await withSimulator(elsewhere) { configured in
                try await withSimulator { own in
                    let report = try await check(configured.baseURL, sites: [configured.baseURL, own.baseURL])
                    #expect(
                        texts(report) == [
                            "config.yaml:2:13: Key main belongs to \(own.baseURL), not to \(configured.baseURL): set base_url: \(own.baseURL) under api:"
                        ]
                    )
                }
                let unknown = texts(try await check(configured.baseURL))
                #expect(unknown.count == 1 && unknown[0].hasSuffix("sudo runninghubd key add main"), "\(unknown)")
            }
            let keyless = texts(try await check("http://127.0.0.1:9", key: nil))
            #expect(keyless.count == 1 && keyless[0].hasSuffix("sudo runninghubd key add main"), "\(keyless)")
            let away = texts(try await check("http://127.0.0.1:9"))
            #expect(away.count == 1 && away[0].contains("could not be tried"), "\(away)")
        }

        @Test("An app that there is not, and one that was never run on the site, are told where their id stands.")
        func targets() async throws {
            try await withSimulator { simulator in
                await simulator.update { $0.answers.workflowsSaved = false }
                let report = try await check(simulator.baseURL)
                let problems = texts(report)
                #expect(problems.count == 1)
                #expect(problems.first?.hasPrefix("pipelines.d/oil.yaml:1:9: ") == true, "\(problems)")
                #expect(problems.first?.contains("never saved and run on the site") == true, "\(problems)")
            }
        }

        @Test("A node or a field that the app does not list is a warning that names what it has.")
        func nodes() async throws {
            try await withSimulator { simulator in
                let nodes = """
                    nodes:
                      - { id: 285, field: picture, value: "{file}" }
                      - { id: 99999, field: text, value: "x" }
                    """
                let report = try await check(simulator.baseURL, pipeline: pipelineFile("accept: [any]", nodes: nodes))
                #expect(report.problems.allSatisfy { $0.severity == .warning })
                let problems = texts(report).joined(separator: "\n")
                #expect(problems.contains("no field 'picture' of node 285, but: image"), "\(problems)")
                #expect(problems.contains("no node 99999"), "\(problems)")
            }
        }

        @Test(
            "The public address is known again by the daemon's id; a stopped daemon, a closed port and another server are told."
        )
        func publicAddress() async throws {
            try await withDaemon { daemon in
                let site = daemon.simulator.baseURL
                try await daemon.withControl { client in
                    let status = try await client.status()
                    func report(_ url: String, _ status: StatusDocument?) async throws -> OnlineCheck.Report {
                        try await check(site, "webhook:\n  public_url: \(url)\n", status: status)
                    }
                    let well = try await report("\(daemon.publicURL)/rh", status)
                    #expect(well.problems.isEmpty && well.wells.last?.contains("leads here (\(status.id))") == true)
                    let stopped = texts(try await report(daemon.publicURL, nil))
                    #expect(stopped.first?.hasSuffix("sudo systemctl enable --now runninghubd") == true)
                    let closed = texts(try await report("http://127.0.0.1:9/rh", status))
                    #expect(closed.first?.contains("Nothing accepts connections") == true, "\(closed)")
                    #expect(closed.first?.hasPrefix("config.yaml:4:15: ") == true, "\(closed)")
                    let other = texts(try await report(site, status))
                    #expect(other.first?.contains("HTTP 404") == true, "\(other)")
                }
            }
        }
    }
}
