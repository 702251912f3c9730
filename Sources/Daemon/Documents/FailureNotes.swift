import Jobs

/// What lies beside an original in `failed/`: three lines for a person, and a document for a program.
struct FailureNotes: Sendable {
    let record: JobRecord
    let failure: Failure
    let at: Timestamp
    /// The language of the lines for a person; the document stays English.
    let language: Language

    /// The notes of a job that ended without results, or nothing where it did not.
    init?(_ record: JobRecord, at: Timestamp, in language: Language) {
        guard let failure = record.job.failure else { return nil }
        self.record = record
        self.failure = failure
        self.at = at
        self.language = language
    }

    /// `NAME.error.txt`: what happened, what it cost, what to do.
    var text: [UInt8] {
        let lines = [failure.sentence, cost, failure.advice]
        return Array(lines.map { $0.text(in: language) + "\n" }.joined().utf8)
    }

    /// `NAME.error.json`.
    func json() throws -> [UInt8] {
        try document(
            Document(
                message: failure.message,
                hint: failure.hint,
                name: failure.name.rawValue,
                code: failure.code,
                codeName: failure.codeName,
                node: failure.nodeReport ?? failure.node,
                nodeID: failure.node,
                job: record.job.id.text,
                taskID: task?.taskID,
                key: task?.key,
                site: task?.site,
                sources: record.job.sources.map(Document.Source.init),
                parameters: record.job.parameters,
                attempts: record.attempts.count,
                attempt: task?.number,
                mayHaveBeenPaid: failure.mayHaveBeenPaid,
                cost: record.attempts.isEmpty ? nil : CostDocument(record.costs),
                at: at.internetTime
            )
        )
    }

    private var task: Attempt? { record.attempts.last { $0.taskID != nil } }

    private var cost: Phrase {
        guard failure.mayHaveBeenPaid else { return .nothingPaid }
        let costs = record.costs
        return costs.amounts().isEmpty ? .perhapsPaid : .cost(costs)
    }

    private struct Document: Encodable {
        let message: String
        let hint: String
        let name: String
        let code: String?
        let codeName: String?
        let node: String?
        let nodeID: String?
        let job: String
        let taskID: String?
        let key: String?
        let site: String?
        let sources: [Source]
        let parameters: [String: Parameter]
        let attempts: Int
        /// Which of the attempts made the task: each is counted, those that made none, too.
        let attempt: Int?
        let mayHaveBeenPaid: Bool
        let cost: CostDocument?
        let at: String

        /// A file that went in: by its content it is known again where the ledger is lost or the disk was copied.
        struct Source: Encodable {
            let name: String
            let sha256: String?

            init(_ input: Job.Input) {
                name = input.name.description
                sha256 = input.digest
            }
        }

        /// Every field stands in the document, with null where nothing is known: a program need not ask whether it is there.
        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(message, forKey: .message)
            try fields.encode(hint, forKey: .hint)
            try fields.encode(name, forKey: .name)
            try fields.encode(code, forKey: .code)
            try fields.encode(codeName, forKey: .codeName)
            try fields.encode(node, forKey: .node)
            try fields.encode(nodeID, forKey: .nodeID)
            try fields.encode(job, forKey: .job)
            try fields.encode(taskID, forKey: .taskID)
            try fields.encode(key, forKey: .key)
            try fields.encode(site, forKey: .site)
            try fields.encode(sources, forKey: .sources)
            try fields.encode(parameters, forKey: .parameters)
            try fields.encode(attempts, forKey: .attempts)
            try fields.encode(attempt, forKey: .attempt)
            try fields.encode(mayHaveBeenPaid, forKey: .mayHaveBeenPaid)
            try fields.encode(cost, forKey: .cost)
            try fields.encode(at, forKey: .at)
        }

        enum CodingKeys: String, CodingKey {
            case message
            case hint
            case name
            case code
            case codeName = "code_name"
            case node
            case nodeID = "node_id"
            case job
            case taskID = "task_id"
            case key
            case site
            case sources
            case parameters
            case attempts
            case attempt
            case mayHaveBeenPaid = "may_have_been_paid"
            case cost
            case at
        }
    }
}

extension Phrase {
    fileprivate static let nothingPaid = Phrase(
        "Nothing was paid for it.",
        zh: "没有产生费用。",
        ru: "За это ничего не заплачено."
    )

    fileprivate static let perhapsPaid = Phrase(
        "It may have been paid; see the call records on the RunningHub site.",
        zh: "可能已经扣费；请查看 RunningHub 网站上的调用记录。",
        ru: "Возможно, это было оплачено; см. журнал вызовов на сайте RunningHub."
    )

    fileprivate static func cost(_ costs: JobCosts) -> Phrase {
        Phrase { language in
            let amounts = costs.amounts(in: language)
            let isOne = costs.tasks == 1
            return switch language {
            case .en:
                "It cost \(amounts.joined(separator: " and "))\(isOne ? "" : ", in \(costs.tasks) tasks")"
                    + (costs.isIncomplete ? " or more; see the call records on the RunningHub site." : ".")
            case .zh:
                "花费了 \(amounts.joined(separator: " 和 "))\(isOne ? "" : "，共 \(costs.tasks) 个任务")"
                    + (costs.isIncomplete ? "，或者更多；请查看 RunningHub 网站上的调用记录。" : "。")
            case .ru:
                "Потрачено: \(amounts.joined(separator: " и "))\(isOne ? "" : ", задач: \(costs.tasks)")"
                    + (costs.isIncomplete ? " или больше; см. журнал вызовов на сайте RunningHub." : ".")
            }
        }
    }
}
