import ArgumentParser
import Daemon
import Glibc

/// `runninghubctl backup`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Writes a consistent copy of the ledger into a file, while the daemon runs.",
        discussion: """
            The file is new, on disk when the command ends, and readable for its owner alone: it holds the secret of the callback \
            addresses. To put it back: stop runninghubd.socket and runninghubd (a callback would start it), move ledger.sqlite, -wal and -shm \
            away together, put the copy in their place as ledger.sqlite, owned by the daemon's user, and start both. Everything is held then until 'runninghubctl release --all', since tasks may \
            have run since.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The file to make; one that is there is never replaced.", completion: .file())
    var file: String

    func run() async throws {
        let client = options.makeClient()
        do {
            let backup = try BackupFile(path: file)
            let size = try await options.ask { _ in try await client.backup(to: backup) }
            Output.line("\(file): \(size) bytes.")
        } catch let failure as BackupFile.Failure {
            StandardError.write(failure.description)
            throw ExitCode.failure
        }
    }
}
