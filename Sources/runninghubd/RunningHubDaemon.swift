import ArgumentParser
import Daemon

/// `runninghubd`: the daemon and its commands.
@main
struct RunningHubDaemon: AsyncParsableCommand {
    /// As `runninghubctl` it is for commands alone: without one it tells which there are, and starts nothing.
    private static let isControl = CommandLine.arguments.first?.split(separator: "/").last == "runninghubctl"

    /// All name themselves: by default a name is made of the type's, and that takes the runtime a millisecond each at every start.
    static let configuration = CommandConfiguration(
        commandName: isControl ? "runninghubctl" : "runninghubd",
        abstract: "Runs the files of a folder through RunningHub workflows and AI apps.",
        discussion: """
            Files dropped into SPOOL/inbox/PIPELINE are uploaded, run, and come back in SPOOL/outbox/PIPELINE. \
            The service is started with 'systemctl enable --now runninghubd' and read with 'journalctl -u runninghubd'.
            """,
        version: Version.text,
        subcommands: [
            Run.self, Check.self, Key.self, Describe.self, Status.self, HealthCommand.self, JobsCommand.self,
            ShowCommand.self, WhyCommand.self, RetryCommand.self, CancelCommand.self, HoldCommand.self,
            ReleaseCommand.self, AccountCommand.self, BackupCommand.self, ReloadCommand.self, MetricsCommand.self,
        ],
        defaultSubcommand: isControl ? nil : Run.self
    )
}

/// Where the configuration lies, as every command takes it.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"), completion: .file())
    var config = ConfigurationReader.standardFile
}
