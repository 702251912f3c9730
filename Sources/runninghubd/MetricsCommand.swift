import ArgumentParser
import Daemon

/// `runninghubctl metrics`.
struct MetricsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics",
        abstract: "Prints what is counted and measured, as Prometheus reads it.",
        discussion: """
            Prometheus scrapes the same from the daemon where 'metrics: listen' in the configuration names an address.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        Output.write(try await options.ask { try await $0.metrics() })
    }
}
