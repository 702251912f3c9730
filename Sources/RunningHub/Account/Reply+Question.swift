import Jobs

extension Reply {
    /// What an answer says that holds neither a task's state nor anything paid.
    static func judge(_ answer: Answer, hiding secrets: [Secret]) throws(CloudError) -> Reply {
        let reply = Reply(answer, hiding: secrets)
        if answer.status < 500, answer.cut == nil, let reply, let code = reply.errorCode {
            throw CloudError(question: code, reply, answer)
        }
        guard (200..<300).contains(answer.status) else { throw CloudError(httpStatus: answer, reply: reply) }
        if let cut = answer.cut { throw .network(cut) }
        guard let reply else { throw CloudError(.badAnswer, "The answer is not JSON.", httpStatus: answer.status) }
        guard reply.code == nil else { throw CloudError(.refused, reply.sentence, httpStatus: answer.status) }
        return reply
    }
}

extension CloudError {
    /// The error for a code in the answer to such a question.
    fileprivate init(question code: ErrorCode, _ reply: Reply, _ answer: Answer) {
        let kind: Code =
            switch (code.atQuery, code.atSubmit) {
            case (.keyRefused(let trouble), _): .keyRefused(trouble)
            case (.unknownTask, _): .unknownTask
            case (.tooManyRequests, _), (_, .nothingCreated(.retryLater)), (_, .nothingCreated(.waitForSlot)): .busy
            case (_, .nothingCreated(.permanent)), (.failed, _): .refused
            case (.waiting, _), (.transient, _): .badAnswer
            }
        self.init(kind, reply.sentence, errorCode: code, httpStatus: answer.status, retryAfter: answer.retryAfter)
    }
}
