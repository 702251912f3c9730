import Jobs

/// What the service says about a task: the one source of outcomes.
package struct TaskReport: Sendable, Hashable {
    /// The task.
    package let taskID: String
    /// Where it stands.
    package let status: TaskStatus
    /// The state as the service wrote it, for the history.
    package let wireStatus: String
    /// The outputs; `nil` where the answer has none or null, empty where it has an empty list.
    ///
    /// A task that has just succeeded may show either for a while.
    package let results: [TaskResult]?
    /// How many outputs beyond ``maximumResults`` the answer had.
    package let omittedResults: Int
    /// What it cost.
    package let usage: Usage?
    /// Why it failed; for ``TaskStatus/failed`` alone.
    package let failure: TaskFailure?

    /// The most outputs that are taken from one task.
    package static let maximumResults = 256

    /// A report out of an answer that states the task's state.
    init(taskID: String, status: TaskStatus, wireStatus: String, reply: Reply, hiding secrets: [Secret] = []) {
        let list = reply.results
        // One object in place of a list of one is cheap to bear.
        let elements = list?.elements ?? list?.members.map { [.object($0)] }
        self.taskID = taskID
        self.status = status
        self.wireStatus = RemoteText.clean(wireStatus, limit: 32, hiding: secrets)
        results = elements.map { $0.prefix(Self.maximumResults).compactMap(TaskResult.init) }
        omittedResults = max(0, (elements?.count ?? 0) - Self.maximumResults)
        usage = Usage(reply.content["usage"] ?? reply.root["usage"]) ?? Usage(ofOutputs: elements ?? [])
        failure = status == .failed ? TaskFailure(reply, hiding: secrets) : nil
    }
}

extension Reply {
    /// The list of outputs.
    ///
    /// It is `results` in version 2, `data` itself in version 1, and in the object that the one document has for `GET status` somewhere in
    /// `result`, of which it says no more than that it is an object.
    fileprivate var results: JSONValue? {
        if let list = content["results", "outputs"] ?? root["results"] { return list }
        if let list = root["data"], list.elements != nil { return list }
        let result = content["result"]
        return result?["outputs", "results", "data", "files", "images"] ?? result
    }
}
