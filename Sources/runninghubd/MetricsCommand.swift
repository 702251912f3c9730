import ArgumentParser
import Daemon

/// `runninghubctl metrics`.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Prints what is counted and measured, as Prometheus reads it.",
        discussion: """
            Where Prometheus cannot scrape the daemon itself ('metrics: listen' in the configuration), its node exporter reads this from a \
            file of its textfile folder.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        Output.write(try await options.ask { try await $0.metrics() })
    }
}
