import Foundation

extension Workplace {
    /// Runs a command of the daemon's program to its end.
    ///
    /// - Parameter arguments: the command with its arguments, without `--config`.
    /// - Throws: where it cannot be run.
    /// - Returns: its exit code, and all that it printed.
    func command(_ arguments: [String]) async throws -> (code: Int32, output: Data) {
        let file = "\(folder)/command.out"
        try? FileManager.default.removeItem(atPath: file)
        var child = ChildProcess.Settings()
        child.arguments = arguments + ["--config", configurationFile]
        child.output = file
        let end = await (try ChildProcess(programs.daemon, child)).ended()
        guard case .exited(let code) = end else { throw LaboratoryError("\(arguments) ended with \(end).") }
        return (code, FileManager.default.contents(atPath: file) ?? Data())
    }

    /// The jobs of a state, as `PIPELINE/FILE`, by what the daemon says.
    func jobs(in state: String) async throws -> Set<String> {
        Set(try await listed("--state", state).map { "\($0.pipeline)/\($0.file)" })
    }

    /// How many jobs are in each state, by what the daemon says.
    func states() async throws -> [String: Int] {
        Dictionary(grouping: try await listed(), by: \.state).mapValues(\.count)
    }

    /// A job as the daemon lists it.
    struct ListedJob: Decodable {
        let id: String
        let pipeline: String
        let file: String
        let state: String
    }

    /// The jobs that a filter of `jobs` lets through.
    func listed(_ filter: String...) async throws -> [ListedJob] {
        struct List: Decodable {
            let jobs: [ListedJob]
        }
        let (code, output) = try await command(["jobs", "--json", "--limit", "0"] + filter)
        guard code == 0 else { throw LaboratoryError("jobs: \(String(decoding: output, as: UTF8.self))") }
        return try JSONDecoder().decode(List.self, from: output).jobs
    }
}
