import ArgumentParser
import Daemon
import Glibc
import Jobs

/// `runninghubd check`: every mistake of every file, in one run.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the configuration and tells every problem of every file.",
        discussion: """
            Folders and rights are looked at too: as the service's user, where root runs it. With --online RunningHub is asked about each \
            key and each pipeline's id, which costs nothing, and the public address is tried.
            Exits with 0 where all is well, with 78 where the configuration is wrong, with 1 where only --online found something.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print the merged configuration, with the file and line of each value.")
    var show = false
    @Flag(help: "Ask RunningHub about keys and pipelines, and try the public address.")
    var online = false

    func run() async throws {
        let reading = ConfigurationReader(file: options.config).read()
        if show { Output.write(reading.shown) }
        var problems = reading.problems
        if judgesRights(reading) { problems += ConfigurationCheck(reading, service: service).run() }
        tell(problems)
        let isWrong = problems.contains { $0.severity == .error }
        let found = online ? await ask(reading) : []
        if isWrong { throw ExitCode(DaemonExit.Code.configuration.rawValue) }
        if found.contains(where: { $0.severity == .error }) { throw ExitCode.failure }
        guard !show else { return }
        let isWell = problems.isEmpty && found.isEmpty
        Output.line("\(options.config): \(isWell ? "all is well" : "no mistakes; see the warnings above").")
    }

    /// Whether folders and rights are looked at: what somebody else may do says nothing of what the service may.
    private func judgesRights(_ reading: ConfigurationReading) -> Bool {
        guard geteuid() != 0, options.config == ConfigurationReader.standardFile else { return true }
        var status = stat()
        if let state = reading.configuration?.state, stat(state, &status) == 0, status.st_uid == geteuid() {
            return true
        }
        StandardError.write("The files alone are checked; folders, rights and keys as well by: sudo runninghubd check")
        return false
    }

    /// Asks whoever only answers over the network.
    ///
    /// Returns what is wrong, having told it.
    private func ask(_ reading: ConfigurationReading) async -> [ConfigurationProblem] {
        // Without the folder there may still be keys in files.
        let stored = (try? KeyFolder().credentials()) ?? [:]
        guard let check = OnlineCheck(reading, credentials: stored, listener: listener) else { return [] }
        let status = try? await ControlClient(socket: reading.controlSocket).status()
        let report = await check.run(status: status)
        for line in report.wells { Output.line(line) }
        tell(report.problems)
        return report.problems
    }

    private func tell(_ problems: [ConfigurationProblem]) {
        for problem in problems { StandardError.write("\(problem)") }
    }

    /// Where systemd listens for the service, as `127.0.0.1:8787 (Stream)`.
    private var listener: String? {
        guard options.config == ConfigurationReader.standardFile else { return nil }
        let shown = Systemctl.run("show", "runninghubd.socket", "--property", "Listen", "--value")?.output
        return shown?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    /// The service that reads this file, where root asks for it; what others may is looked at with their own rights.
    private var service: ServiceUnit? {
        guard geteuid() == 0, options.config == ConfigurationReader.standardFile else { return nil }
        let properties = ServiceUnit.properties.joined(separator: ",")
        guard let shown = Systemctl.run("show", ConfigurationCheck.unit, "--property", properties) else { return nil }
        return ServiceUnit(shown: shown.output)
    }
}
