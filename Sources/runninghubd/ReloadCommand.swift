import ArgumentParser
import Daemon

/// `runninghubd reload`: what `systemctl reload` runs.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Has the daemon read its configuration anew.",
        discussion: """
            Ends with 0 where the new configuration is in force. Otherwise all of the old one stays in force, and what is said tells why and \
            what to do. 'systemctl reload runninghubd' runs this.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let reading = ConfigurationReader(file: options.config).read()
        // Where it is wrong it is the daemon that refuses, and tells so in its journal.
        let client = ControlClient(socket: reading.controlSocket)
        do {
            print(try await client.reload().message)
        } catch let failure as ControlClient.Failure {
            if failure.code != DaemonExit.Code.failed.rawValue {
                for problem in reading.problems { StandardError.write("\(problem)") }
            }
            StandardError.write(failure.description)
            throw ExitCode(reading.configuration == nil ? DaemonExit.Code.configuration.rawValue : failure.code)
        }
    }
}
