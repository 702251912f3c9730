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
    let sentence: Phrase
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
                throw ParametersAwaited(sentence: .waits(for: reason), after: Self.parameterPatience)
            }
        }
        if let problem = text.problem {
            throw ParametersAwaited(
                sentence: .parametersWrong(problem),
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
            sentence: .unsettled(file.path),
            after: inbox.quietTime - age
        )
    }

    /// Why a job's parameters are not enough, if they are not.
    func lacking(_ values: [String: Parameter], for path: RelativePath, isFolder: Bool, _ pipeline: Pipeline) throws {
        let missing = pipeline.requiredParameters.filter { values[$0] == nil }
        guard let first = missing.first else { return }
        let name = isFolder ? ParameterName.jobFolderName : ParameterName.beside(path.name)
        throw ParametersAwaited(
            sentence: isFolder ? .lacks(missing, first, inside: name) : .lacks(missing, first, beside: name),
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

extension Phrase {
    fileprivate static func waits(for reason: Phrase) -> Phrase {
        Phrase(
            "Waits: \(reason.english).",
            zh: "等待：\(reason.text(in: .zh))。",
            ru: "Ожидание: \(reason.text(in: .ru))."
        )
    }

    fileprivate static func parametersWrong(_ problem: String) -> Phrase {
        Phrase(
            "Waits until its parameters are right. \(problem)",
            zh: "等待参数改正。\(problem)",
            ru: "Ждёт, пока не исправят параметры. \(problem)"
        )
    }

    fileprivate static func unsettled(_ path: RelativePath) -> Phrase {
        Phrase(
            "Waits until \(path) has been unchanged for a while.",
            zh: "等待 \(path) 一段时间内不再变化。",
            ru: "Ждёт, пока \(path) не перестанет меняться."
        )
    }

    fileprivate static func lacks(_ missing: [String], _ first: String, beside name: FileName) -> Phrase {
        Phrase(
            "Waits for \(english(missing)): put a file \(name) beside it with 'params: { \(first): … }'.",
            zh: "还缺参数 \(missing.joined(separator: "、"))：请在它旁边放一个文件 \(name)，内容为 'params: { \(first): … }'。",
            ru: "\(russian(missing)): положите рядом файл \(name) с текстом 'params: { \(first): … }'."
        )
    }

    fileprivate static func lacks(_ missing: [String], _ first: String, inside name: FileName) -> Phrase {
        Phrase(
            "Waits for \(english(missing)): put a file \(name) into it with 'params: { \(first): … }'.",
            zh: "还缺参数 \(missing.joined(separator: "、"))：请在其中放一个文件 \(name)，内容为 'params: { \(first): … }'。",
            ru: "\(russian(missing)): положите внутрь файл \(name) с текстом 'params: { \(first): … }'."
        )
    }

    private static func english(_ missing: [String]) -> String {
        missing.count == 1 ? "its parameter \(missing[0])" : "its parameters \(missing.joined(separator: ", "))"
    }

    private static func russian(_ missing: [String]) -> String {
        missing.count == 1
            ? "Не хватает параметра \(missing[0])" : "Не хватает параметров \(missing.joined(separator: ", "))"
    }
}
