/// What the faults of a path decided for one request, before anything was done.
struct Gate: Sendable {
    var verdict = Verdict.pass
    var delay = Duration.zero
    var loss: Answer.Loss?
    /// How the answer is written.
    var forms = FormSettings()

    enum Verdict: Sendable {
        case pass
        /// Close the connection.
        case cut
        case status(Int)
        case code(Int, message: String?)
    }

    /// Writes an answer in its form, and puts delay and loss on it.
    func passing(_ answer: Answer) -> Answer {
        var answer = answer.written(as: forms)
        answer.delay = delay
        answer.loss = answer.loss ?? loss
        return answer
    }
}

/// Groups of paths that share their faults.
enum PathGroup: Sendable {
    case upload, submit, query, other
}

extension FaultSettings {
    subscript(group: PathGroup) -> EndpointFaults {
        get {
            switch group {
            case .upload: upload
            case .submit: submit
            case .query: query
            case .other: other
            }
        }
        set {
            switch group {
            case .upload: upload = newValue
            case .submit: submit = newValue
            case .query: query = newValue
            case .other: other = newValue
            }
        }
    }
}

extension EndpointFaults {
    /// Decides what goes wrong with one request of a path.
    mutating func decide(_ generator: inout SeededGenerator, path: String) -> Gate {
        var gate = Gate()
        if slow.strikes(&generator) { gate.delay = slowTime.draw(from: &generator) }
        if cutBefore.strikes(&generator) {
            gate.verdict = .cut
            return gate
        }
        if let index = http.indices.first(where: { http[$0].fault.strikes(&generator) }) {
            gate.verdict = .status(http[index].status)
            return gate
        }
        if let index = errors.indices.first(where: {
            errors[$0].concerns(path) && errors[$0].fault.strikes(&generator)
        }) {
            let message = errors[index].message
            gate.verdict = .code(errors[index].code, message: message.isEmpty ? nil : message)
            return gate
        }
        if lostByCut.strikes(&generator) {
            gate.loss = .cut
        } else if lostByGateway.strikes(&generator) {
            gate.loss = .gateway
        } else if lostByGarbage.strikes(&generator) {
            gate.loss = .garbage
        } else if lostByEndless.strikes(&generator) {
            gate.loss = .endless
        }
        return gate
    }
}
