import NIOCore

import enum Jobs.Language
import struct Jobs.Secret

@testable import RunningHub

/// An answer that is not understood is never an outcome, and no answer shows the key.
///
/// The first bytes of an input are the question, the HTTP status, and whether the answer broke off; the rest is the body.
enum AnswerPromises {
    static let key = Secret("0123456789abcdef0123456789abcdef")
    static let asked = "2013508786110730241"

    private enum Question: CaseIterable {
        case query, submission, upload, outputs, status, statusObject
    }

    private static let statuses = [
        200, 200, 201, 204, 301, 302, 400, 401, 402, 403, 404, 408, 413, 429, 500, 503,
    ]

    static func check(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let question = input.pick(Question.allCases)
        let status = input.pick(statuses)
        let cut: (any Error)? = input.pick([nil, DeadlinePassed()])
        let answer = Answer(status: status, body: ByteBuffer(bytes: input.rest), cut: cut)
        switch question {
        case .query: checkReport(answer, nil)
        case .outputs: checkReport(answer, .outputs)
        case .status: checkReport(answer, .status)
        case .statusObject: checkReport(answer, .statusObject)
        case .submission: SubmissionPromises.check(answer)
        case .upload: checkUpload(answer)
        }
    }

    private static func checkReport(_ answer: Answer, _ question: Version1Question?) {
        let judgement = report(answer, question)
        promise("\(judgement)" == "\(report(answer, question))", "An answer says the same each time.", judgement)
        switch judgement {
        case .failure(let error): error.check()
        case .success(let report):
            promise(answer.isSound, "Only a whole answer with a status of success tells of a task.", report as Any)
            report?.check()
        }
    }

    private static func report(_ answer: Answer, _ question: Version1Question?) -> Result<TaskReport?, CloudError> {
        do throws(CloudError) {
            guard let question else {
                return .success(try TaskReport.judge(answer, about: asked, hiding: [key]))
            }
            return .success(try TaskReport.judge(answer, to: question, about: asked, hiding: [key]))
        } catch {
            return .failure(error)
        }
    }

    private static func checkUpload(_ answer: Answer) {
        do throws(CloudError) {
            let file = try UploadedFile.judge(answer, hiding: [key])
            promise(answer.isSound, "Only a whole answer with a status of success tells of a file.", file)
            let isName = (1...1024).contains(file.fileName.utf8.count)
            promise(isName && file.fileName.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "A name is one.", file)
        } catch {
            error.check()
        }
    }

    /// Whether a text is fit for the journal.
    static func isFit(_ text: String, within limit: Int = 2000) -> Bool {
        text.count <= limit && ShownText.isOneLine(text) && !ShownText.shows(text, key.expose())
    }
}

extension Answer {
    fileprivate var isSound: Bool {
        (200..<300).contains(status) && cut == nil && JSONValue.read(body.readableBytesView)?.members != nil
    }
}

extension CloudError {
    func check() {
        let texts = Language.allCases.map { sentence.text(in: $0) } + [debugDescription, codeText ?? ""]
        promise(texts.allSatisfy { AnswerPromises.isFit($0) }, "An error is told in a line without secrets.", texts)
        promise(retryAfter.map { $0 <= Answer.maximumRetryAfter } ?? true, "No answer makes the daemon wait for ever.")
    }
}

extension TaskReport {
    fileprivate func check() {
        promise(taskID == AnswerPromises.asked, "A report is about the task that was asked about.", self)
        promise((failure != nil) == (status == .failed), "A failed task has a reason, and no other.", self)
        promise(AnswerPromises.isFit(wireStatus, within: 33), "A state is a short line.", wireStatus)
        promise((results ?? []).count <= Self.maximumResults && omittedResults >= 0, "Results are bounded.")
        for result in results ?? [] { result.check() }
        let figures = [usage?.coins, usage?.money, usage?.thirdPartyMoney, usage?.costTime].compactMap(\.self)
        promise(figures.allSatisfy { $0.count <= 65 && ShownText.isOneLine($0) }, "A figure is short.", figures)
        promise((usage?.json.utf8.count ?? 0) <= 16 * 1024, "What is kept of the costs is bounded.")
        failure?.check()
    }
}

extension TaskResult {
    fileprivate func check() {
        promise(address != nil || text != nil || hasUnusableAddress, "A result holds something.", self)
        promise(type.map { $0.count <= 64 && ShownText.isOneLine($0) } ?? true, "A type is short.", type as Any)
        promise(nodeID.map { $0.count <= 65 && ShownText.isOneLine($0) } ?? true, "A node's id is short.")
        if let address { AddressPromises.check(address) }
    }
}

extension TaskFailure {
    fileprivate func check() {
        var texts = Language.allCases.flatMap { [sentence.text(in: $0), hint.text(in: $0)] } + complaints
        texts += [code, reason?.line].compactMap(\.self)
        promise(texts.allSatisfy { AnswerPromises.isFit($0) }, "A failure is told in lines without secrets.", texts)
        promise(complaints.count <= 32, "Complaints are bounded.", complaints.count)
        guard let traceback = reason?.traceback else { return }
        promise(traceback.count <= FailedReason.maximumTraceback + 1, "A traceback is bounded.", traceback.count)
        promise(!ShownText.shows(traceback, AnswerPromises.key.expose()), "A traceback shows no key.", traceback)
    }
}
