import FoundationEssentials
import Jobs
import RunningHub

/// Why no submission can be made of a job.
struct SubmissionProblem: Error {
    let failure: Failure

    init(_ message: Phrase, hint: Phrase) {
        failure = Failure(.cannotSubmit, message: message, hint: hint, mayHaveBeenPaid: false)
    }
}

/// What stands in for the placeholders of a job's submission.
///
/// Files, addresses and texts by the stems of the inputs; the only file, or the further file of a job folder, has the empty stem.
struct SubmissionValues: Sendable {
    /// What RunningHub calls the uploaded files.
    var remoteNames: [String: String] = [:]
    /// Where RunningHub can load the files from.
    var addresses: [String: Secret] = [:]
    /// The contents of dropped texts.
    var texts: [String: String] = [:]
    /// The name of the file or job folder.
    var name: FileName
    /// Whether it is a job folder: the dots in a folder's name don't set off an ending.
    var isFolder = false
    /// The job's parameters.
    var parameters: [String: Parameter] = [:]
    /// A number for `{seed}`.
    var seed: UInt64

    /// The largest seed: the workflows' seed inputs are 64-bit, but their editors count in doubles.
    static let seedLimit: UInt64 = 1 << 53

    /// The values of a pipeline's nodes for this job.
    func nodes(of pipeline: Pipeline) throws -> [Submission.Node] {
        try pipeline.nodes.map { node in
            Submission.Node(id: node.id, field: node.field, value: try value(of: node))
        }
    }

    private func value(of node: Pipeline.Node) throws -> JSONValue {
        switch node.value {
        case .integer(let integer): .integer(integer)
        case .boolean(let boolean): .bool(boolean)
        case .number(let number): .number(Decimal(number))
        case .text(let template): try whole(template) ?? .text(try template.filled { try text(of: $0, node) })
        }
    }

    /// A value that is no text: a number or truth value from a parameter file, or the seed, where nothing else stands beside it.
    private func whole(_ template: Template) -> JSONValue? {
        guard template.parts.count == 1, case .placeholder(let placeholder) = template.parts[0] else { return nil }
        switch placeholder {
        case .seed: return Int64(exactly: seed).map { .integer($0) }
        case .parameter(let key, _):
            switch parameters[key] {
            case .integer(let integer): return .integer(integer)
            case .number(let number): return .number(Decimal(number))
            case .boolean(let boolean): return .bool(boolean)
            case .text, nil: return nil
            }
        default: return nil
        }
    }

    private func text(of placeholder: Template.Placeholder, _ node: Pipeline.Node) throws -> String {
        switch placeholder {
        case .file(let stem):
            guard let name = remoteNames[stem ?? ""] else { throw missing(.theFile(stem ?? ""), node) }
            return name
        case .url(let stem):
            guard let address = addresses[stem ?? ""] else { throw missing(.anAddress, node) }
            return address.expose()
        case .text(let stem):
            guard let text = texts[stem ?? ""] else { throw missing(.aText, node) }
            return text
        case .name: return name.description
        case .stem: return isFolder ? name.description : String(decoding: name.stem, as: UTF8.self)
        case .seed: return String(seed)
        case .parameter(let key, let standard):
            guard let value = parameters[key]?.text ?? standard else { throw missing(.theParameter(key), node) }
            return value
        }
    }

    private func missing(_ what: Phrase, _ node: Pipeline.Node) -> SubmissionProblem {
        SubmissionProblem(
            Phrase(
                "Node \(node.id), field \(node.field), needs \(what.english).",
                zh: "节点 \(node.id) 的字段 \(node.field) 需要\(what.text(in: .zh))。",
                ru: "Узлу \(node.id), полю \(node.field), нужно: \(what.text(in: .ru))."
            ),
            hint: .correctNodes
        )
    }
}

extension Phrase {
    fileprivate static func theFile(_ stem: String) -> Phrase {
        Phrase("the file \(stem)", zh: "文件 \(stem)", ru: "файл \(stem)")
    }

    fileprivate static let anAddress = Phrase("an address of the file", zh: "文件的地址", ru: "адрес файла")
    fileprivate static let aText = Phrase(
        "a text; the dropped file is none",
        zh: "文本，而放入的文件不是文本",
        ru: "текст, а положенный файл — не текст"
    )

    fileprivate static func theParameter(_ key: String) -> Phrase {
        Phrase("the parameter \(key)", zh: "参数 \(key)", ru: "параметр \(key)")
    }

    fileprivate static let correctNodes = Phrase(
        "Correct the pipeline's nodes, then move the file back into the inbox.",
        zh: "请改正流程中的节点，然后把文件移回 inbox。",
        ru: "Исправьте узлы конвейера, затем верните файл в inbox."
    )

    fileprivate static func noPassword(_ name: String) -> Phrase {
        Phrase(
            "The credential \(name) with the access password is missing.",
            zh: "缺少存放访问密码的凭据 \(name)。",
            ru: "Не хватает учётных данных \(name) с паролем доступа."
        )
    }

    fileprivate static func addCredential(_ name: String) -> Phrase {
        Phrase(
            "Add it with LoadCredential=\(name):… to the unit and restart the service, then move the file back.",
            zh: "请在服务单元中用 LoadCredential=\(name):… 添加它并重启服务，然后把文件移回 inbox。",
            ru: "Добавьте их в юнит строкой LoadCredential=\(name):… и перезапустите службу, затем верните файл."
        )
    }
}

extension Engine {
    /// Puts a job's submission together.
    ///
    /// - Returns: the submission, or nothing where the job's files turned out to be others.
    func makeSubmission(of record: JobRecord, _ pipeline: Pipeline, attempt number: Int) async throws -> Submission? {
        guard let values = try await values(for: record, pipeline) else { return nil }
        var submission = Submission(target: target(of: pipeline), family: pipeline.family)
        submission.nodes = try values.nodes(of: pipeline)
        submission.confidential = Array(values.addresses.values)
        submission.instanceType = pipeline.instanceType.rawValue
        submission.usePersonalQueue = pipeline.usePersonalQueue
        submission.addMetadata = pipeline.metadata
        submission.webhookURL = webhookURL(of: record.job.id, pipeline, attempt: number)
        if let name = pipeline.accessPassword {
            guard let password = settings.credentials[name] else {
                throw SubmissionProblem(.noPassword(name), hint: .addCredential(name))
            }
            submission.accessPassword = password
        }
        return submission
    }

    private func values(for record: JobRecord, _ pipeline: Pipeline) async throws -> SubmissionValues? {
        let job = record.job
        var generator = SystemRandomNumberGenerator()
        var values = SubmissionValues(
            remoteNames: job.upload?.remoteNames ?? [:],
            name: job.origin.name,
            isFolder: job.kind == .folder,
            parameters: job.parameters,
            seed: generator.next(upperBound: SubmissionValues.seedLimit)
        )
        let uses = pipeline.inputUses
        if uses.contains(where: \.isText) {
            guard let inputs = try await openInputs(of: record, pipeline) else { return nil }
            for input in inputs where input.use.isText {
                values.texts[input.input.stem] = try await text(of: input.file)
            }
        }
        for input in job.sources where pipeline.use(of: input.stem).isServed {
            values.addresses[input.stem] = inputURL(of: job, input)
        }
        return values
    }

    private func target(of pipeline: Pipeline) -> Submission.Target {
        switch pipeline.target {
        case .aiApp(let id): .aiApp(id)
        case .workflow(let id): .workflow(id)
        }
    }
}

extension Pipeline {
    /// The way in which its tasks are started.
    var family: Submission.Family {
        switch api {
        case .v2: .v2
        case .v1: .v1
        case .v1Params: .v1Params
        }
    }
}
