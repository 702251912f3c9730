import ArgumentParser
import Daemon
import Glibc

/// The daemon, which is asked where its configuration says that it listens.
///
/// A daemon that runs answers, whatever was written into its files since.
extension ConfigurationOptions {
    func makeClient() -> ControlClient {
        ControlClient(socket: ConfigurationReader(file: config).read().controlSocket)
    }

    /// Asks the daemon, and ends with its sentence and exit code where that does not work.
    func ask<Answer>(_ body: (ControlClient) async throws -> Answer) async throws -> Answer {
        do {
            return try await body(makeClient())
        } catch let failure as ControlClient.Failure {
            try tell(failure)
            throw ExitCode(failure.code)
        }
    }

    /// Writes what a failure says.
    ///
    /// Throws where no daemon answers and one cannot be started either: that is to be looked after first.
    func tell(_ failure: ControlClient.Failure) throws {
        StandardError.write(failure.description)
        guard failure.code == 69 else { return }
        let reading = ConfigurationReader(file: config).read()
        guard reading.configuration == nil, reading.isComplete else { return }
        StandardError.write("The configuration is wrong; 'runninghubd check --config \(config)' lists every mistake.")
        throw ExitCode(DaemonExit.Code.configuration.rawValue)
    }
}

/// Whether a command prints for a person or for a program.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON.")
    var json = false

    func print(_ document: some ControlDocument) throws {
        Output.write(json ? try document.json() : document.text(on: Output.screen))
    }
}

/// `runninghubctl account`.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Asks RunningHub for the balance and the running tasks of each key."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let accounts = try await options.ask { try await $0.account() }
        try output.print(accounts)
        if accounts.accounts.contains(where: { $0.balance == nil }) { throw ExitCode.failure }
    }
}

/// Which pipelines a hold or release is about.
struct PipelineArgument: ParsableArguments {
    @Argument(help: "The pipeline's name.", completion: Completions.pipelines)
    var pipeline: String?
    @Flag(help: "All pipelines.")
    var all = false

    func validate() throws {
        guard (pipeline == nil) == all else { throw ValidationError("Name a pipeline, or say --all.") }
    }
}

/// `runninghubctl hold`.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Submits nothing new; callbacks and results still come in."
    )

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var target: PipelineArgument

    func run() async throws {
        Output.line(try await options.ask { try await $0.hold(target.pipeline) }.message)
    }
}

/// `runninghubctl release`.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "release", abstract: "Ends a hold.")

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var target: PipelineArgument

    func run() async throws {
        Output.line(try await options.ask { try await $0.release(target.pipeline) }.message)
    }
}
