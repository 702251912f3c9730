import ArgumentParser
import Daemon
import Jobs

/// `runninghubd describe`.
struct Describe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "describe",
        abstract: "Writes a pipeline's file for a workflow or an AI app, from what RunningHub says of it.",
        discussion: """
            It is printed, to be looked at and saved:
              runninghubd describe --ai-app ID > /etc/runninghubd/pipelines.d/NAME.yaml
            Asking costs nothing. A workflow has to be saved and run once on the site before.
            """
    )

    @OptionGroup var options: ConfigurationOptions
    @Option(help: "The workflow's id: the number at the end of its address.")
    var workflow: String?
    @Option(help: "The AI app's id: the number at the end of its address.")
    var aiApp: String?
    @Option(help: "The name of the key to ask with; the first one where it is left out.")
    var key: String?

    func validate() throws {
        guard (workflow == nil) != (aiApp == nil) else {
            throw ValidationError("Say --workflow ID or --ai-app ID.")
        }
        let id = workflow ?? aiApp ?? ""
        guard (1...64).contains(id.utf8.count), id.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw ValidationError("An id is a number: the one at the end of the address on the site.")
        }
    }

    func run() async throws {
        guard let configuration = ConfigurationReader(file: options.config).read().configuration else {
            throw fail(
                "The configuration is wrong; 'runninghubd check --config \(options.config)' lists every mistake.",
                DaemonExit.Code.configuration.rawValue
            )
        }
        let target = workflow.map { Pipeline.Target.workflow($0) } ?? .aiApp(aiApp ?? "")
        let question = TargetQuestion(site: configuration.api.baseURL, key: try secret(configuration))
        do {
            Output.write(try await question.ask(about: target).text)
        } catch let failure as TargetQuestion.Failure {
            throw fail(failure.description, 1)
        }
    }

    private func secret(_ configuration: Configuration) throws -> Secret {
        // Without the folder there may still be keys in files.
        let stored = (try? KeyFolder().credentials()) ?? [:]
        let (keys, problems) = configuration.loadKeys(credentials: stored)
        if let found = keys.first(where: { key == nil || $0.settings.name == key }) { return found.secret }
        if let problem = problems.first(where: { key == nil || $0.name == key }) { throw fail("\(problem)", 1) }
        let what = key.map { "There is no key \($0)" } ?? "There is no key"
        throw fail("\(what) that can be read here: run this as root, or store one: sudo runninghubd key add NAME", 1)
    }

    private func fail(_ sentence: String, _ code: Int32) -> ExitCode {
        StandardError.write(sentence)
        return ExitCode(code)
    }
}
