/// Something that happened in the simulator.
package enum SimulatorEvent: Sendable, Hashable {
    case uploaded(name: String, bytes: Int, key: String)
    case uploadRefused(reason: String)
    case submitted(taskID: String, target: String, key: String, answerLost: Bool)
    case submissionRefused(target: String, reason: String)
    case taskStarted(taskID: String)
    /// An address among a task's node values was asked for, with the status of the answer, or nil when there was none.
    case addressLoaded(taskID: String, status: Int?, bytes: Int, complete: Bool)
    case taskFinished(taskID: String, status: TaskStatus)
    /// A status or result was asked for and this was answered.
    case queried(taskID: String, answer: String)
    /// One try of a callback, with the status of its answer, or nil when there was none.
    case callbackSent(taskID: String, kind: CallbackKind, attempt: Int, status: Int?)
    case callbackDropped(taskID: String)
    /// A callback that will not be tried again.
    case callbackGivenUp(taskID: String)
    case downloadStarted(taskID: String, name: String)
    case downloadFinished(taskID: String, name: String, bytes: Int, complete: Bool)
    case downloadRefused(name: String, status: Int)
    /// Any other request of the API.
    case asked(path: String, answer: String)
    case settingsChanged
}

extension SimulatorEvent: CustomStringConvertible {
    /// The event in a sentence for people.
    package var description: String {
        switch self {
        case .uploaded(let name, let bytes, let key): "uploaded \(name) (\(bytes) bytes, key \(key))"
        case .uploadRefused(let reason): "refused an upload: \(reason)"
        case .submitted(let task, let target, let key, let lost):
            "task \(task) accepted for \(target) (key \(key))\(lost ? "; the answer was lost on its way" : "")"
        case .submissionRefused(let target, let reason): "refused to run \(target): \(reason)"
        case .taskStarted(let task): "task \(task) runs"
        case .addressLoaded(let task, let status, let bytes, let complete):
            "task \(task) \(complete ? "loaded" : "could not load") an input by its address: "
                + (status.map { "answered \($0), \(bytes) bytes" } ?? "not answered")
        case .taskFinished(let task, let status): "task \(task) ended: \(status.rawValue)"
        case .queried(let task, let answer): "asked about task \(task): \(answer)"
        case .callbackSent(let task, let kind, let attempt, let status):
            "callback for task \(task)\(Self.suffix(kind, attempt)): "
                + (status.map { "answered \($0)" } ?? "not answered")
        case .callbackDropped(let task): "callback for task \(task) dropped"
        case .callbackGivenUp(let task): "callback for task \(task) given up"
        case .downloadStarted(let task, let name): "sending \(name) of task \(task)"
        case .downloadFinished(_, let name, let bytes, let complete):
            "\(complete ? "sent" : "broke off") \(name) after \(bytes) bytes"
        case .downloadRefused(let name, let status): "refused to send \(name): \(status)"
        case .asked(let path, let answer): "\(path): \(answer)"
        case .settingsChanged: "settings changed"
        }
    }

    private static func suffix(_ kind: CallbackKind, _ attempt: Int) -> String {
        let kind = kind == .genuine ? "" : " (\(kind.rawValue))"
        return attempt > 1 ? "\(kind), try \(attempt)" : kind
    }
}
