import NIOCore

@testable import RunningHub

/// A task that may have been created is never taken for a refusal, for then it would be paid again.
enum SubmissionPromises {
    static func check(_ answer: Answer) {
        let outcome = SubmissionOutcome.judge(answer, hiding: [AnswerPromises.key])
        switch outcome {
        case .created(let task):
            let texts = task.warnings + [task.complaint].compactMap(\.self)
            promise(TaskIDShape.fits(task.taskID), "A task id looks like one.", task)
            promise(texts.allSatisfy { AnswerPromises.isFit($0) }, "Warnings are lines without secrets.", texts)
        case .refused(let refusal):
            promise(!namesTask(answer.body), "No answer with a task's id is a refusal.", refusal)
            promise(answer.status < 500 && answer.status != 408, "A broken gateway refuses nothing.", refusal)
            promise(answer.cut == nil || answer.status >= 300, "Half an answer is no refusal.", refusal)
            let texts = [refusal.message] + refusal.complaints
            promise(texts.allSatisfy { AnswerPromises.isFit($0) }, "A refusal is told without secrets.", texts)
        case .unknown(let error):
            promise(!namesTask(answer.body), "A task's id is not overlooked.", error)
            error.check()
        case .notSent:
            promise(false, "What was answered was sent.")
        }
        promise(findsTask(beside: answer), "Nothing beside a task's id hides it.")
    }

    /// Whether a plain task id stands in what came.
    private static func namesTask(_ body: ByteBuffer) -> Bool {
        let text = String(decoding: body.readableBytesView, as: UTF8.self)
        return text.matches(of: /"taskId":"([1-9][0-9]{9,63})"/).isEmpty == false
    }

    /// Whether an id is found before this body as a value, the whole of it or cut off anywhere.
    private static func findsTask(beside answer: Answer) -> Bool {
        let head = #"{"taskId":"\#(AnswerPromises.asked)","other":["#
        var copy = answer
        copy.body = ByteBuffer(string: head)
        copy.body.writeImmutableBuffer(answer.body)
        let value = String(buffer: answer.body)
        if JSONValue.read(#"{"other":[\#(value)]}"#.utf8)?.members?.count == 1 { copy.body.writeString("]}") }
        // A body may name another task, in a member of the same name; then either will do.
        switch SubmissionOutcome.judge(copy) {
        case .created(let task): return task.taskID == AnswerPromises.asked || value.contains("askI")
        case .refused, .unknown, .notSent: return false
        }
    }
}
