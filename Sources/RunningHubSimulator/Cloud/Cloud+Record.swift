extension Cloud {
    /// The record with all tasks in it.
    var wholeRecord: SimulatorRecord {
        var whole = record
        whole.tasks = taskOrder.compactMap { tasks[$0]?.record }
        return whole
    }

    /// Outputs by address whose digest is not known yet.
    var outputsWithoutDigest: [(task: String, index: Int, content: ResultContent)] {
        taskOrder.flatMap { id in
            (tasks[id]?.record.outputs ?? []).enumerated().compactMap { index, output in
                guard output.sha256 == nil, let file = files[output.name] else { return nil }
                return (id, index, file.content)
            }
        }
    }

    mutating func setDigest(_ digest: String?, task: String, index: Int) {
        guard tasks[task]?.record.outputs.indices.contains(index) == true else { return }
        tasks[task]?.record.outputs[index].sha256 = digest
    }
}
