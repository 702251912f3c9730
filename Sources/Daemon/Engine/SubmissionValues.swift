import FoundationEssentials
import Jobs
import RunningHub

/// Why no submission can be made of a job.
struct SubmissionProblem: Error {
    let failure: Failure

    init(_ message: String, hint: String) {
        failure = Failure(.cannotSubmit, message: message, hint: hint, mayHaveBeenPaid: false)
    }
}

/// What stands in for the placeholders of a job's submission.
struct SubmissionValues: Sendable {
    /// What RunningHub calls the uploaded file.
    var remoteName: String?
    /// The file's name.
    var name: FileName
    /// The content of a dropped text.
    var text: String?
    /// The job's parameters.
    var parameters: [String: String] = [:]
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
        case .text(let template): .text(try template.filled { try text(of: $0, node) })
        }
    }

    private func text(of placeholder: Template.Placeholder, _ node: Pipeline.Node) throws -> String {
        switch placeholder {
        case .file(stem: nil):
            guard let remoteName else { throw missing("the uploaded file", node) }
            return remoteName
        case .text(stem: nil):
            guard let text else { throw missing("a text; the dropped file is none", node) }
            return text
        case .name: return name.description
        case .stem: return String(decoding: name.stem, as: UTF8.self)
        case .seed: return String(seed)
        case .parameter(let key, let standard):
            guard let value = parameters[key] ?? standard else { throw missing("the parameter \(key)", node) }
            return value
        case .file(stem: let stem?), .url(stem: let stem?), .text(stem: let stem?):
            throw missing("the file \(stem) of a job folder", node)
        case .url(stem: nil):
            throw missing("an address of the file", node)
        }
    }

    private func missing(_ what: String, _ node: Pipeline.Node) -> SubmissionProblem {
        SubmissionProblem(
            "Node \(node.id), field \(node.field), needs \(what).",
            hint: "Correct the pipeline's nodes, then move the file back into the inbox."
        )
    }
}

extension Engine {
    /// Puts a job's submission together.
    func makeSubmission(of record: JobRecord, _ pipeline: Pipeline, attempt number: Int) async throws -> Submission {
        var generator = SystemRandomNumberGenerator()
        var values = SubmissionValues(
            remoteName: record.job.upload?.remoteName,
            name: record.job.origin.name,
            seed: generator.next(upperBound: SubmissionValues.seedLimit)
        )
        if pipeline.needsText { values.text = try await text(of: record, pipeline) }
        var submission = Submission(
            target: target(of: pipeline),
            family: family(of: pipeline),
            nodes: try values.nodes(of: pipeline)
        )
        submission.instanceType = pipeline.instanceType.rawValue
        submission.usePersonalQueue = pipeline.usePersonalQueue
        submission.addMetadata = pipeline.metadata
        submission.webhookURL = webhookURL(of: record.job.id, attempt: number)
        if let name = pipeline.accessPassword {
            guard let password = settings.passwords[name] else {
                throw SubmissionProblem(
                    "The credential \(name) with the access password is missing.",
                    hint:
                        "Add it with LoadCredential=\(name):… to the unit and restart the service, then move the file back."
                )
            }
            submission.accessPassword = password
        }
        return submission
    }

    private func target(of pipeline: Pipeline) -> Submission.Target {
        switch pipeline.target {
        case .aiApp(let id): .aiApp(id)
        case .workflow(let id): .workflow(id)
        }
    }

    private func family(of pipeline: Pipeline) -> Submission.Family {
        switch pipeline.api {
        case .v2: .v2
        case .v1: .v1
        case .v1Params: .v1Params
        }
    }
}

extension Pipeline {
    /// Whether a node's value is the content of the dropped text.
    var needsText: Bool {
        nodes.contains { node in
            guard case .text(let template) = node.value else { return false }
            return template.placeholders.contains { if case .text = $0 { true } else { false } }
        }
    }
}
