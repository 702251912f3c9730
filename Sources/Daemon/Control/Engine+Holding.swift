import Jobs
import Ledger

extension Engine {
    /// Holds a pipeline, or with an empty name everything.
    func hold(_ pipeline: String, by caller: Caller) async throws -> ControlAnswer {
        try await ledger.hold(Hold(pipeline: pipeline, reason: .held(by: caller.name), since: time.now()))
        try await holds.load(from: ledger)
        let what = pipeline.isEmpty ? "Everything" : "Pipeline \(pipeline)"
        journal.tell(.held, "\(what) is held by \(caller.name): nothing new is submitted until it is released.")
        return ControlAnswer(
            message: "\(what) is held; release it with: runninghubctl release \(pipeline.isEmpty ? "--all" : pipeline)"
        )
    }

    /// Releases a pipeline, or with an empty name everything.
    func release(_ pipeline: String, by caller: Caller) async throws -> ControlAnswer {
        let waiting = unsubmitted.filter { pipeline.isEmpty || $0.key == pipeline }
        try await ledger.release(pipeline, agreeingTo: waiting)
        spending.load(waiting)
        try await holds.load(from: ledger)
        let what = pipeline.isEmpty ? "Everything" : "Pipeline \(pipeline)"
        journal.tell(.held, "\(what) was released by \(caller.name).")
        wakes.sending()
        let rest = isHeld(pipeline) ? " All pipelines are held still: runninghubctl release --all" : ""
        return ControlAnswer(message: "\(what) is released.\(rest)")
    }
}

extension Phrase {
    fileprivate static func held(by name: String) -> Phrase {
        Phrase("held by \(name)", zh: "由 \(name) 暂停", ru: "остановлено пользователем \(name)")
    }
}
