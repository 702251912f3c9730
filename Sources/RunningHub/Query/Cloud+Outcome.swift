import Jobs

extension Cloud {
    /// Asks what became of a task, of whichever family it was started.
    ///
    /// Version 2's query is asked first, for it says most: where it knows the task, as it does for those of version 1 in all reports, this is
    /// one request. Only where it answers that it knows no such task, and the task was started by version 1, version 1 is asked, in this
    /// order, until one answer holds the task's state:
    ///
    /// 1. `POST /task/openapi/outputs`, which alone tells waiting (813), running (804, or 0 with null), failed (805, with the reason) and done
    ///    (the results and what they cost). A job is thus asked about with two requests at most, all its life long.
    /// 2. `POST /task/openapi/status`, where outputs has an empty list, which is given for tasks without output and for a while before the
    ///    results are there; or where outputs does not know the task either.
    /// 3. `GET /task/openapi/status`, for ``Submission/Family/v1Params`` alone, where the two above do not know the task or its results: the one document
    ///    that describes `createWithParams` knows this path and no other.
    ///
    /// - Returns: Where the task stands.
    /// - Throws: What ``query(_:)`` throws. An answer that is not understood is never an outcome; a task that nobody knows is
    ///   ``CloudError/Code/unknownTask``, and a refusal of the key by any of them says nothing of the task.
    package func outcome(
        of taskID: String,
        startedBy family: Submission.Family
    ) async throws(CloudError) -> TaskReport {
        let unknown: CloudError
        do throws(CloudError) {
            return try await query(taskID)
        } catch {
            guard error.code == .unknownTask, family != .v2 else { throw error }
            unknown = error
        }
        var bare: TaskReport?
        for question in Version1Question.inOrder(for: family) {
            do throws(CloudError) {
                guard let report = try await ask(question, about: taskID) else { continue }
                // A word alone says that it succeeded; the next path may say with what.
                guard report.status == .succeeded, report.results?.isEmpty ?? true else { return report }
                bare = report
            } catch {
                guard error.code == .unknownTask || question.isMissing(error) else { throw error }
            }
        }
        if let bare { return bare }
        throw unknown
    }

    /// The report of one question of version 1; `nil` where its answer leaves the state open.
    private func ask(_ question: Version1Question, about taskID: String) async throws(CloudError) -> TaskReport? {
        let parameters = [(name: "taskId", value: taskID), (name: "apiKey", value: key.expose())]
        let request =
            switch question {
            case .outputs, .status:
                try post(
                    question.path,
                    .object(Dictionary(parameters.map { ($0.name, .text($0.value)) }) { _, last in last })
                )
            case .statusObject: try get(question.path, parameters)
            }
        return try TaskReport.judge(try await answer(to: request), to: question, about: taskID, hiding: hidden)
    }
}
