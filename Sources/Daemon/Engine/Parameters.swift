import Jobs
import Spool

/// What was given with a file or job folder in parameter files.
struct GivenParameters: Sendable {
    /// The parameters, nearer files laid over those further out.
    var values: [String: Parameter] = [:]
    /// Those of its own parameter file alone: `NAME.EXT.yaml` beside it, or `job.yaml` in it.
    var own: [String: Parameter] = [:]
    /// The parameter file that travels with it.
    var sidecar: FileIdentity?
}

/// Why something is not taken yet: its parameters are missing, wrong, or perhaps not written to their end.
struct ParametersAwaited: Error {
    /// For people.
    let sentence: String
    /// When to look again at the latest.
    let after: Duration
}

extension Engine {
    /// How long something stays where its parameters are missing or wrong, unless they come.
    private static let parameterPatience = Duration.seconds(60)

    /// Reads the parameter files that hold for a file or job folder.
    ///
    /// - Throws: `ParametersAwaited` where one of them is wrong or was written just now.
    func parameters(for file: SettledFile, _ entry: PipelineTable.Entry) async throws -> GivenParameters {
        guard let inbox = entry.folders[.inbox] else { return GivenParameters() }
        let isFolder = file.content != .file
        let path = file.path
        let found = try await blocking { try parameterFiles(for: path, isFolder: isFolder, in: inbox) }
        var text = ParameterText(known: Set(entry.pipeline.parameterKeys))
        for parameters in found {
            try settles(parameters, entry.pipeline.inbox)
            switch parameters.content {
            case .bytes(let bytes): text.add(bytes, file: parameters.path.description)
            case .unusable(let reason):
                throw ParametersAwaited(sentence: "Waits: \(reason).", after: Self.parameterPatience)
            }
        }
        if let problem = text.problem {
            throw ParametersAwaited(
                sentence: "Waits until its parameters are right. \(problem)",
                after: Self.parameterPatience
            )
        }
        let place = isFolder ? path.below(ParameterName.jobFolderName) : path.beside
        let own = found.last { $0.path == place }
        var ownText = ParameterText(known: Set(entry.pipeline.parameterKeys))
        if case .bytes(let bytes)? = own?.content { ownText.add(bytes, file: place.description) }
        return GivenParameters(
            values: text.parameters,
            own: ownText.parameters,
            sidecar: isFolder ? nil : own?.identity
        )
    }

    /// A file that was written a moment ago may still be growing, and what there is of it may be read as if it were whole.
    private func settles(_ file: ParameterFile, _ inbox: Pipeline.InboxSettings) throws {
        let age = Duration.milliseconds(time.wall().milliseconds - file.identity.changed / 1_000_000)
        // A time in the future is another machine's, and says nothing.
        guard age >= .zero, age < inbox.quietTime else { return }
        throw ParametersAwaited(
            sentence: "Waits until \(file.path) has been unchanged for a while.",
            after: inbox.quietTime - age
        )
    }

    /// Why a job's parameters are not enough, if they are not.
    func lacking(_ values: [String: Parameter], for path: RelativePath, isFolder: Bool, _ pipeline: Pipeline) throws {
        let missing = pipeline.requiredParameters.filter { values[$0] == nil }
        guard let first = missing.first else { return }
        let place = isFolder ? "\(ParameterName.jobFolderName) into it" : "\(ParameterName.beside(path.name)) beside it"
        let what = missing.count == 1 ? "its parameter \(first)" : "its parameters \(missing.joined(separator: ", "))"
        throw ParametersAwaited(
            sentence: "Waits for \(what): put a file \(place) with 'params: { \(first): … }'.",
            after: Self.parameterPatience
        )
    }
}

extension RelativePath {
    /// Where the parameters of a file of this path lie.
    fileprivate var beside: RelativePath {
        RelativePath(folders: folders, name: ParameterName.beside(name))
    }
}
