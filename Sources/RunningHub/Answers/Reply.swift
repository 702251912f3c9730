import Jobs
import NIOCore

/// The JSON of an answer, in either of its forms.
///
/// Version 1 wraps: `{code, msg, data}`. Version 2 answers flat, with `errorCode` and `errorMessage`, but falls back to the wrapped form for
/// errors of the key; and a flat answer is met inside `data` as well. Both are read everywhere.
struct Reply: Sendable {
    /// The whole answer.
    let root: JSONValue
    /// The flat object: `data` where that is an object, else the answer itself.
    let content: JSONValue
    /// The error code as written, cleaned; `nil` where the answer reports none.
    let code: String?
    /// What the answer says about the error, cleaned; empty where it says nothing.
    let message: String
    /// What ComfyUI found wrong with the workflow or its values (`promptTips`), a line for each node; mostly empty.
    let complaints: [String]

    /// Reads an answer; `nil` where it is not a JSON object.
    init?(_ answer: Answer, hiding secrets: [Secret] = []) {
        guard let root = JSONValue.read(answer.body.readableBytesView), root.members != nil else { return nil }
        self.init(root, hiding: secrets)
    }

    init(_ root: JSONValue, hiding secrets: [Secret] = []) {
        self.root = root
        content = root["data"]?.members == nil ? root : root["data"] ?? root
        let written = Self.code(content["errorCode"]) ?? Self.code(root["errorCode"]) ?? Self.code(root["code"])
        code = written.map { RemoteText.clean($0, limit: 64, hiding: secrets) }
        let words = content["errorMessage"] ?? root["errorMessage", "msg", "message"]
        message = RemoteText.clean(words?.scalarText ?? "", hiding: secrets)
        complaints = PromptTips.warnings(in: content["promptTips"] ?? root["promptTips"], hiding: secrets)
    }

    /// The entry of the error table.
    var errorCode: ErrorCode? {
        code.flatMap { ErrorCode.find($0) }
    }

    /// The task id, wherever it stands.
    var taskID: String? {
        TaskID.read(content["taskId"]) ?? TaskID.read(root["taskId"])
    }

    /// A code that reports an error.
    ///
    /// 0 is success everywhere, 200 at some upload endpoints.
    private static func code(_ value: JSONValue?) -> String? {
        guard let text = value?.filledText, !["0", "200"].contains(text) else { return nil }
        return text
    }

    /// A sentence about the error: the table's where the code is known, with the service's own words behind it.
    var sentence: Phrase { sentence(with: []) }

    /// The sentence, and in the same line what ComfyUI found wrong, node by node.
    var explanation: Phrase { sentence(with: complaints) }

    private func sentence(with complaints: [String]) -> Phrase {
        guard let code else { return saying ?? .nothingSaid }
        // Most answers say nothing but the name.
        let name = errorCode?.name.flatMap { $0 == message ? nil : $0 }
        let label = ([RemoteText.clean(code)] + [name].compactMap(\.self)).joined(separator: " ")
        let found = PromptTips.line(complaints).map { Phrase($0) }
        let end = Phrase("(\(label)).", zh: "(\(label))。", ru: "(\(label)).")
        return .joined([errorCode?.meaning ?? .notKnown, saying, found, end].compactMap(\.self))
    }

    /// What the answer says about the error in its own words; `nil` where it says nothing.
    var saying: Phrase? {
        guard !message.isEmpty else { return nil }
        return Phrase(
            "RunningHub says: \(message)",
            zh: "RunningHub 返回：\(message)",
            ru: "RunningHub сообщает: \(message)"
        )
    }
}

extension Phrase {
    fileprivate static let nothingSaid = Phrase(
        "RunningHub's answer says nothing.",
        zh: "RunningHub 的应答没有说明原因。",
        ru: "Ответ RunningHub ничего не объясняет."
    )
    fileprivate static let notKnown = Phrase(
        "RunningHub reports an error that is not known here.",
        zh: "RunningHub 报告了一个未知的错误。",
        ru: "RunningHub сообщает о неизвестной ошибке."
    )

    /// What an HTTP status means, with the status and what the answer says.
    static func of(status: Int, _ meaning: Phrase, _ reply: Reply?) -> Phrase {
        .joined([meaning, Phrase("(HTTP \(status))"), reply?.saying].compactMap(\.self))
    }
}
