import ArgumentParser
import Daemon

/// `runninghubctl status`.
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows where everything stands.",
        discussion: "With --watch it is shown in place, until Ctrl-C; in a pipe one after the other."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Go on showing it, every two seconds.")
    var watch = false

    private static let pace = Duration.seconds(2)

    func run() async throws {
        let client = options.makeClient()
        let first = try await options.ask { _ in try await client.status() }
        guard watch else { return try output.print(first) }
        let isLive = Output.isTerminal && !output.json
        if isLive { Output.write(LiveFrame.beginning) }
        try show(first, isLive)
        while true {
            try await Task.sleep(for: Self.pace)
            do {
                try show(try await client.status(), isLive)
            } catch let failure as ControlClient.Failure {
                // A restart takes a moment; whoever watches it wants to see it come back.
                if isLive { Output.write(Output.frame.drawing("\(failure.description)\nIt is asked again.")) }
                if !isLive { StandardError.write(failure.description) }
            }
        }
    }

    private func show(_ status: StatusDocument, _ isLive: Bool) throws {
        guard isLive else {
            try output.print(status)
            // One document from the next.
            if !output.json { Output.line("") }
            return
        }
        let frame = Output.frame
        Output.write(frame.drawing(status.text(on: Output.screen)))
    }
}
