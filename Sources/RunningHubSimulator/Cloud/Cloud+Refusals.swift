/// Why something was refused.
struct Refusal: Sendable {
    var code: Int
    var message: String
    var kind = Kind.business

    enum Kind: Sendable {
        /// A code of the service, in the shape of the path.
        case business
        /// A code of the service, in the envelope on every path.
        case envelope
        /// An HTTP status with a gateway's page.
        case gateway
        /// No answer at all.
        case cut
    }

    init(_ code: Int, _ message: String? = nil, kind: Kind = .business) {
        self.code = code
        self.message = message ?? ErrorCode.message(code)
        self.kind = kind
    }

    /// What a gate decided against a request, if it did.
    init?(_ gate: Gate) {
        switch gate.verdict {
        case .pass: return nil
        case .cut: self.init(0, "the connection was cut", kind: .cut)
        case .status(let status): self.init(status, "HTTP status", kind: .gateway)
        case .code(let code, let message): self.init(code, message)
        }
    }

    func answer(to path: Submission.Path, settings: AnswerSettings) -> Answer {
        answer(flat: path.isFlat, settings: settings)
    }

    func answer(flat: Bool, settings: AnswerSettings) -> Answer {
        switch kind {
        case .cut:
            var answer = Answer.gatewayPage(502)
            answer.loss = .cut
            return answer
        case .gateway: return .gatewayPage(code)
        case .envelope: return .failure(code, message)
        case .business:
            let tips = settings.refusalTips && [433, 803].contains(code) ? Cloud.badTips : nil
            guard flat, settings.errorShape == .flat else {
                return .failure(code, message, data: tips.map { ["promptTips": .string($0)] } ?? .null)
            }
            return Answer(body: .json(flatError(settings, tips: tips)))
        }
    }

    /// The flat task object with nothing but the error.
    private func flatError(_ settings: AnswerSettings, tips: String?) -> JSON {
        var members: [JSON.Member] = []
        switch settings.refusedTask {
        case .empty: members.append(.init(name: "taskId", value: ""))
        case .null: members.append(.init(name: "taskId", value: nil))
        case .absent: break
        }
        members += [
            .init(name: "status", value: .string(settings.refusedStatus)),
            .init(name: "errorCode", value: .string(String(code))),
            .init(name: "errorMessage", value: .string(message)),
            .init(name: "results", value: nil),
            .init(name: "clientId", value: ""),
            .init(name: "promptTips", value: .string(tips ?? "")),
        ]
        return .object(members)
    }
}

extension Cloud {
    /// Why a submission can't be taken, if so.
    ///
    /// Coins are looked at before the graph is, as the service does.
    func refusal(of submission: Submission, gate: Gate) -> Refusal? {
        if let struck = Refusal(gate) { return struck }
        guard let key = key(submission.key) else { return unknownKey(submission.key, flat: submission.path.isFlat) }
        if let wrong = wrongTarget(submission.target) { return wrong }
        if submission.path.isApp, submission.request.nodeInfoList == nil { return Refusal(301) }
        if submission.path == .createWithParams, submission.request.params == nil { return Refusal(301) }
        if (accounts[key.name]?.spent ?? 0) >= key.coins { return Refusal(414) }
        guard let nodes = submission.request.nodes else { return Refusal(803) }
        if settings.uploads.mustExist, nodes.contains(where: { isMissingUpload($0.value) }) { return Refusal(803) }
        if settings.tasks.whenFull == .refuse, !hasPlace(key.name) {
            return Refusal(421, submission.path.isFlat ? ErrorCode.queueFullV2 : nil)
        }
        return nil
    }

    /// The refusal of a key that isn't known; v2 answers with the envelope even where it is flat otherwise.
    func unknownKey(_ key: String?, flat: Bool) -> Refusal {
        if flat { return Refusal(412, kind: .envelope) }
        return key == nil ? Refusal(1601) : Refusal(802)
    }

    /// An empty id is a missing parameter, `0` was seen to be called too small.
    private func wrongTarget(_ target: String) -> Refusal? {
        guard let number = Int64(target) else { return Refusal(301) }
        return number > 0 ? nil : Refusal(1007, "must be greater than 0")
    }

    private func isMissingUpload(_ value: String) -> Bool {
        (value.hasPrefix("api/") || value.hasPrefix("openapi/")) && upload(named: value) == nil
    }
}
