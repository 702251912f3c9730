import Jobs

/// What lies beside an original in `failed/`: three lines for a person, and a document for a program.
struct FailureNotes: Sendable {
    let record: JobRecord
    let failure: Failure
    let at: Timestamp

    /// The notes of a job that ended without results, or nothing where it did not.
    init?(_ record: JobRecord, at: Timestamp) {
        guard let failure = record.job.failure else { return nil }
        self.record = record
        self.failure = failure
        self.at = at
    }

    /// `NAME.error.txt`: what happened, what it cost, what to do.
    var text: [UInt8] {
        Array("\(failure.message)\n\(cost)\n\(failure.hint)\n".utf8)
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
                attempts: record.attempts.count,
                mayHaveBeenPaid: failure.mayHaveBeenPaid,
                cost: record.attempts.isEmpty ? nil : CostDocument(record.costs),
                at: at.internetTime
            )
        )
    }

    private var task: Attempt? { record.attempts.last { $0.taskID != nil } }

    private var cost: String {
        guard failure.mayHaveBeenPaid else { return "Nothing was paid for it." }
        let costs = record.costs
        guard !costs.amounts.isEmpty else {
            return "It may have been paid; see the call records on the RunningHub site."
        }
        let tasks = costs.tasks == 1 ? "" : ", in \(costs.tasks) tasks"
        let rest = costs.isIncomplete ? " or more; see the call records on the RunningHub site" : ""
        return "It cost \(costs.amounts.joined(separator: " and "))\(tasks)\(rest)."
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
        let attempts: Int
        let mayHaveBeenPaid: Bool
        let cost: CostDocument?
        let at: String

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
            try fields.encode(attempts, forKey: .attempts)
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
            case attempts
            case mayHaveBeenPaid = "may_have_been_paid"
            case cost
            case at
        }
    }
}
