import FoundationEssentials

/// Addresses that a task is to load.
struct AddressLoad: Sendable {
    var taskID: String
    var generation: Int
    var nodes: [SimulatorRecord.Node]
    /// Whether contents are kept, so that they can come back as outputs.
    var keepsContents: Bool
}

/// What came of loading one address.
struct LoadedAddress: Sendable {
    var status: Int?
    var contentType = ""
    var bytes = 0
    /// The whole file; nil where it did not come whole.
    var file: UploadedFile?
    var error: String?
}

extension Cloud {
    /// The most addresses that one task loads.
    private static let mostAddresses = 16

    /// Those values that are addresses on this machine, from which files can be loaded.
    ///
    /// No other host is ever asked: node values of documents and of other people's workflows are no business of a simulator.
    static func loadable(_ nodes: [SimulatorRecord.Node]) -> [SimulatorRecord.Node] {
        Array(nodes.filter { isLoadable($0.value) }.prefix(mostAddresses))
    }

    private static func isLoadable(_ value: String) -> Bool {
        guard value.hasPrefix("http://") || value.hasPrefix("https://"), let url = URL(string: value) else {
            return false
        }
        return ["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host() ?? "")
    }

    /// Has a task load its addresses; it goes on when they came.
    mutating func load(_ nodes: [SimulatorRecord.Node], for id: String) {
        tasks[id]?.isLoading = true
        let load = AddressLoad(
            taskID: id,
            generation: generation,
            nodes: nodes,
            keepsContents: settings.uploads.keepContents
        )
        effects.append(.load(load))
    }

    /// Takes what came of a task's addresses: it goes on, or fails at the first that did not come whole.
    ///
    /// - Returns: contents that nobody asks for.
    mutating func loaded(_ load: AddressLoad, _ results: [LoadedAddress], now: Duration) -> [UploadContent] {
        var unused = results.compactMap(\.file?.content)
        guard load.generation == generation else { return unused }
        for (node, result) in zip(load.nodes, results) { note(result, of: node, in: load.taskID) }
        guard let task = tasks[load.taskID], task.isLoading, !task.record.status.isFinal else { return unused }
        tasks[load.taskID]?.isLoading = false
        if let failed = zip(load.nodes, results).first(where: { $1.file == nil }) {
            finish(load.taskID, as: .failed(Self.failure(of: failed.0, failed.1)), now: now)
            return unused
        }
        if task.input == nil, let file = results.first?.file {
            tasks[load.taskID]?.input = file
            unused.removeFirst()
        }
        run(load.taskID, now: now)
        return unused
    }

    private mutating func note(_ result: LoadedAddress, of node: SimulatorRecord.Node, in task: String) {
        record.loads.append(
            .init(
                taskID: task,
                nodeID: node.nodeID,
                url: node.value,
                status: result.status,
                contentType: result.contentType,
                bytes: result.bytes,
                sha256: result.file?.sha256,
                error: result.error
            )
        )
        let isComplete = result.file != nil
        events.append(
            .addressLoaded(taskID: task, status: result.status, bytes: result.bytes, complete: isComplete)
        )
    }

    /// What ComfyUI says of a node that loads by address with Python's `requests`.
    private static func failure(of node: SimulatorRecord.Node, _ result: LoadedAddress) -> TaskFailure {
        let isRefused = result.status.map { !(200..<300).contains($0) } ?? false
        var failure = TaskFailure(
            code: 805,
            exceptionType: isRefused ? "requests.exceptions.HTTPError" : "requests.exceptions.ConnectionError",
            exceptionMessage: "The address of \(node.fieldName) cannot be loaded: \(result.error ?? "no answer")"
        )
        failure.node = node.nodeID
        failure.nodeName = "LoadFromUrl"
        return failure
    }
}
