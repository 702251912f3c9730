import ArgumentParser
import Daemon

/// `runninghubctl health`.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Tells in one line whether all is well, for a monitor.",
        discussion: """
            Exits as Nagios and its kin expect: 0 all is well; 1 warning: a part of the work stands still, or something should be looked \
            at; 2 critical: nothing new is submitted; 3 no daemon answers.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let health = await ask()
        try output.print(health)
        throw ExitCode(health.level.exitCode)
    }

    /// Whatever keeps it from being asked is an answer too: a monitor reads standard output.
    private func ask() async -> HealthDocument {
        let reading = ConfigurationReader(file: options.config).read()
        do {
            var health = try await ControlClient(socket: reading.controlSocket).health()
            health.add(reading)
            return health
        } catch let failure as ControlClient.Failure {
            return HealthDocument(unknown: failure.description)
        } catch {
            return HealthDocument(unknown: "\(error)")
        }
    }
}
