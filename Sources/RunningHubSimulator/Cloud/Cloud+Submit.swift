extension Cloud {
    /// What became of a submission.
    struct SubmitReply: Sendable {
        var answer: Answer
        /// The task whose callback is to be answered before the submission is.
        var early: String?
    }

    /// Takes or refuses a submission that passed its gate or was struck by it.
    mutating func submit(_ submission: Submission, gate: Gate, now: Duration) -> SubmitReply {
        var entry = makeEntry(for: submission, now: now)
        if let refusal = refusal(of: submission, gate: gate) {
            entry.refused = refusal.code
            record.submissions.append(entry)
            let target = "\(submission.path.isApp ? "AI app" : "workflow") \(submission.target)"
            events.append(.submissionRefused(target: target, reason: "\(refusal.code) \(refusal.message)"))
            return SubmitReply(answer: gate.passing(refusal.answer(to: submission.path, settings: settings.answers)))
        }
        let id = makeTask(for: submission, entry: &entry, now: now)
        entry.answerLost = gate.loss != nil
        record.submissions.append(entry)
        events.append(
            .submitted(
                taskID: id,
                target: "\(submission.path.isApp ? "AI app" : "workflow") \(submission.target)",
                key: tasks[id]?.record.key ?? "",
                answerLost: entry.answerLost
            )
        )
        let badTips = settings.faults.tasks.badPromptTips.strikes(&generator)
        if badTips {
            tasks[id]?.fate = .failed(Self.invalidGraph)
            tasks[id]?.hasBadTips = true
        }
        let answer = gate.passing(submitAnswer(id, path: submission.path))
        guard tasks[id]?.webhookURL != nil, settings.faults.callbacks.early.strikes(&generator) else {
            place(id, now: now)
            return SubmitReply(answer: answer)
        }
        finish(id, as: tasks[id]?.fate ?? .success, now: now, early: true)
        return SubmitReply(answer: answer, early: id)
    }

    private func makeEntry(for submission: Submission, now: Duration) -> SimulatorRecord.Submission {
        let nodes = submission.request.nodes ?? []
        return .init(
            path: submission.path.rawValue,
            target: submission.target,
            key: key(submission.key)?.name,
            taskID: nil,
            nodes: nodes,
            uploads: nodes.map(\.value).filter { upload(named: $0) != nil },
            webhookURL: submission.request.webhookUrl,
            body: submission.body,
            refused: nil,
            at: Seconds(now)
        )
    }

    private mutating func makeTask(
        for submission: Submission,
        entry: inout SimulatorRecord.Submission,
        now: Duration
    ) -> String {
        let id = newTaskID()
        entry.taskID = id
        let webhook = submission.request.webhookUrl
        var task = CloudTask(
            record: .init(id: id, key: entry.key ?? "", status: .create),
            fate: drawFate(),
            webhookURL: webhook?.isEmpty == false ? webhook : nil,
            clientID: generator.text(32, of: SeededGenerator.hexDigits),
            input: entry.uploads.first.flatMap(upload(named:)),
            submittedAt: now
        )
        task.isOld = !submission.path.isFlat
        task.addresses = Self.loadable(entry.nodes)
        task.quirks = drawQuirks()
        task.chosenOutputs =
            settings.results.chosen.first { chosen in
                entry.nodes.contains { $0.value.contains(chosen.nodeValue) }
            }?.outputs
        tasks[id] = task
        taskOrder.append(id)
        return id
    }

    /// The upload that a node value names: `api/<sha256>.png`, `openapi/<sha256>.png`, the bare name, or the bare hash.
    func upload(named value: String) -> UploadedFile? {
        guard value.utf8.count >= 64, value.utf8.count < 100 else { return nil }
        let name = value.split(separator: "/").last ?? ""
        return uploads[String(name.prefix(64))]
    }

    private mutating func drawFate() -> TaskOutcome? {
        if settings.tasks.manual { return nil }
        if settings.faults.tasks.endless.strikes(&generator) { return nil }
        let failures = settings.faults.tasks.failures
        for index in failures.indices where settings.faults.tasks.failures[index].fault.strikes(&generator) {
            return .failed(failures[index].failure)
        }
        return settings.faults.tasks.cancelled.strikes(&generator) ? .cancelled : .success
    }

    private mutating func drawQuirks() -> CloudTask.Quirks {
        var quirks = CloudTask.Quirks()
        var faults = settings.faults.tasks
        if faults.transientFailed.strikes(&generator) { quirks.failed = faults.transientFailedQueries }
        if faults.emptyResults.strikes(&generator) { quirks.empty = faults.emptyResultsQueries }
        if faults.unknown.strikes(&generator) { quirks.unknown = faults.unknownQueries }
        quirks.emptyIsNull = faults.emptyResultsNull
        settings.faults.tasks = faults
        return quirks
    }

    private static let invalidGraph = TaskFailure(
        code: 433,
        exceptionType: "prompt_outputs_failed_validation",
        exceptionMessage: "Prompt outputs failed validation"
    )
}
