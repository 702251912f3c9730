import Foundation
import RunningHubSimulator

/// How a job may end in a cloud that goes wrong in every way: by what the cloud's own record says of its submissions, task and callbacks.
struct CloudVerdicts: Sendable {
    /// How long a task must have run, by the cloud's clock, before it may be given up.
    let timeout: Double
    private let tries: [String: [SimulatorRecord.Submission]]
    private let tasks: [String: SimulatorRecord.Task]
    private let callbacks: [String: [SimulatorRecord.Callback]]

    init(_ record: SimulatorRecord, timeout: Double) {
        self.timeout = timeout
        tries = Dictionary(grouping: record.submissions) { Promises.stem(in: $0.body) ?? "" }
        tasks = Dictionary(record.tasks.map { ($0.id, $0) }) { first, _ in first }
        callbacks = Dictionary(grouping: record.callbacks, by: \.taskID)
    }

    /// What is wrong with a failure of this name, if anything.
    func wrong(_ failure: String, _ stem: String, _ pipeline: LaboratoryPipeline) -> String? {
        let last = tries[stem]?.last
        let task = last?.taskID.flatMap { tasks[$0] }
        let isCorrect =
            switch failure {
            case "task-failed": task?.status == .failed
            case "cancelled": task?.status == .cancelled && life(of: stem).map { $0 < timeout } == true
            // A task without end; the daemon has asked to cancel it, which may have come to nothing.
            case "timed-out": task != nil && task?.status != .failed && life(of: stem).map { $0 >= timeout } ?? true
            case "refused": last?.refused.map(Self.forGood.contains) == true
            case "outcome-unknown": isUnknown(stem, pipeline) || isLate(stem, pipeline)
            default: false
            }
        let status = task?.status.rawValue ?? last?.refused.map(String.init) ?? "not submitted"
        return isCorrect ? nil : "failed as \(failure), and the cloud says \(status)"
    }

    /// Whether nobody can know what became of a job's last submission.
    ///
    /// It was cut off, or answered by a gateway, or its answer was lost, and no callback has named the task.
    func isUnknown(_ stem: String, _ pipeline: LaboratoryPipeline) -> Bool {
        guard let last = tries[stem]?.last else { return false }
        guard let id = last.taskID else { return Self.isAmbiguous(last) }
        return last.answerLost && !isNamed(id, pipeline)
    }

    /// Whether a job's last submission was taken and answered, and yet nobody need know what became of it.
    ///
    /// Where time goes by faster for the daemon, its deadline may pass before a busy machine brings the answer.
    func isLate(_ stem: String, _ pipeline: LaboratoryPipeline) -> Bool {
        guard let last = tries[stem]?.last, let id = last.taskID else { return false }
        return !last.answerLost && !isNamed(id, pipeline)
    }

    /// Whether a callback has told the daemon of a task.
    private func isNamed(_ task: String, _ pipeline: LaboratoryPipeline) -> Bool {
        !pipeline.isSilent && callbacks[task]?.contains { Self.naming.contains($0.kind) && $0.delivered } == true
    }

    /// What is said of a job that was submitted again although an earlier submission may have been taken.
    func resubmitted(_ stem: String) -> String? {
        guard let earlier = tries[stem]?.dropLast() else { return nil }
        let isBlind = earlier.contains { $0.taskID != nil || Self.isAmbiguous($0) }
        return isBlind ? "\(stem) was submitted again after one that may have been taken" : nil
    }

    /// From its submission to its task's end, by the cloud's clock; nothing while that has not come.
    private func life(of stem: String) -> Double? {
        guard let last = tries[stem]?.last, let task = last.taskID.flatMap({ tasks[$0] }) else { return nil }
        return task.endedAt.map { $0.duration / .seconds(1) - last.at.duration / .seconds(1) }
    }

    /// Refused in a way that leaves open whether a task was made: cut off, or by a gateway.
    private static func isAmbiguous(_ submission: SimulatorRecord.Submission) -> Bool {
        submission.refused.map { $0 == 0 || (500...599).contains($0) } ?? false
    }

    /// The codes of the cloud that refuse for good.
    private static let forGood = [803]
    /// The callbacks that bring their task's id.
    private static let naming: Set<CallbackKind> = [.genuine, .duplicate, .otherEvent, .retried]
}
