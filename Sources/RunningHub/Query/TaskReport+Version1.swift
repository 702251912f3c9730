import Jobs

extension TaskReport {
    /// What an answer of version 1 says about a task; `nil` where it leaves the state open.
    ///
    /// The same doubts hold as for a query: whatever is not the state of this task throws.
    static func judge(
        _ answer: Answer,
        to question: Version1Question,
        about taskID: String,
        hiding secrets: [Secret] = []
    ) throws(CloudError) -> TaskReport? {
        let reply = try Reply.aboutTask(answer, taskID, hiding: secrets)
        if reply.code == nil, reply.isSuccess {
            switch (question, reply.root.members?["data"]) {
            case (.outputs, .null):
                // The service's own client takes this for a task that has just begun.
                return TaskReport(taskID: taskID, status: .running, wireStatus: "RUNNING", reply: reply)
            case (.outputs, .array):
                let report = TaskReport(taskID: taskID, status: .succeeded, wireStatus: "SUCCESS", reply: reply)
                return report.results?.isEmpty == false ? report : nil
            case (.status, .text(let word)):
                guard let status = TaskStatus(wire: word) else { break }
                return TaskReport(taskID: taskID, status: status, wireStatus: word, reply: reply, hiding: secrets)
            default: break
            }
        }
        return try TaskReport(reply, about: taskID, answer, hiding: secrets)
    }
}

extension Reply {
    /// Whether the envelope says that all is well.
    fileprivate var isSuccess: Bool {
        ["0", "200"].contains(root["code"]?.filledText)
    }
}
