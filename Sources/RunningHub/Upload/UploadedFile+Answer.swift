import Jobs

extension UploadedFile {
    /// The longest name that is taken.
    private static let maximumNameLength = 1024

    /// What an answer to an upload says.
    ///
    /// An upload costs nothing and may be made again, so all that is not understood is worth another try.
    static func judge(_ answer: Answer, hiding secrets: [Secret] = []) throws(CloudError) -> UploadedFile {
        let reply = Reply(answer, hiding: secrets)
        if answer.cut == nil, answer.status < 500, let reply, let code = reply.errorCode {
            throw refusal(code, reply, answer)
        }
        guard (200..<300).contains(answer.status) else { throw CloudError(httpStatus: answer, reply: reply) }
        if let cut = answer.cut { throw .network(cut) }
        guard let reply else { throw CloudError(.badAnswer, "The answer is not JSON.", httpStatus: answer.status) }
        let name = reply.content["fileName", "filename", "file_name"]?.filledText
        guard reply.code == nil, let name, name.utf8.count <= maximumNameLength,
            name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else {
            throw CloudError(
                .badAnswer,
                "The upload gave no file name. \(reply.sentence)",
                wireCode: reply.code,
                httpStatus: answer.status
            )
        }
        return UploadedFile(fileName: name, downloadURL: reply.content["download_url", "downloadUrl"]?.filledText)
    }

    private static func refusal(_ code: ErrorCode, _ reply: Reply, _ answer: Answer) -> CloudError {
        let kind: CloudError.Code =
            switch (code.number, code.atSubmit) {
            case (809, _), (1008, _): .tooLarge
            case (_, .nothingCreated(.restKey(let trouble))): .keyRefused(trouble)
            case (_, .nothingCreated(.permanent)): .refused
            case (_, .nothingCreated(.waitForSlot)), (_, .nothingCreated(.retryLater)): .busy
            case (_, .unknownOutcome): .badAnswer
            }
        return CloudError(
            kind,
            reply.sentence,
            errorCode: code,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}
