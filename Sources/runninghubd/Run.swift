import ArgumentParser
import Daemon
import Glibc
import Logging
import Systemd

/// `runninghubd run`: the daemon, in the foreground.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs the daemon in the foreground."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        // A peer that closes its end must not end the daemon.
        signal(SIGPIPE, SIG_IGN)
        let logger = Logger(label: "runninghubd") { _ in JournalStream.logHandler() }
        do {
            try await DaemonProcess(file: options.config, logger: logger).run()
        } catch let exit as DaemonExit {
            Journal(logger).tell(.ended, exit.description)
            throw ExitCode(exit.code.rawValue)
        } catch {
            Journal(logger).tell(.ended, "The daemon cannot go on: \(error)")
            throw ExitCode(DaemonExit.Code.failed.rawValue)
        }
    }
}
