extension Answer {
    /// The answer as the forms that are set would have it written.
    func written(as forms: FormSettings) -> Answer {
        guard forms != FormSettings(), case .json(let json) = body else { return self }
        var answer = self
        answer.body = .json(json.enveloped(as: forms).written(as: forms))
        return answer
    }
}

extension JSON {
    /// Figures that are texts on some paths and numbers on others.
    private static let figures: Set<String> = [
        "consumeCoins", "consumeMoney", "thirdPartyConsumeMoney", "taskCostTime", "remainCoins", "remainMoney",
        "currentTaskCounts", "concurrentLimit", "runningCount", "queuedCount", "totalCurrentTasks", "instanceCount",
        "size", "retryCount", "output_seconds",
    ]

    /// The members `code`, `msg` and `errorMessages` of an envelope.
    fileprivate func enveloped(as forms: FormSettings) -> JSON {
        guard case .object(var members) = self, let code = self["code"] else { return self }
        let isSuccess = code == 0
        for (index, member) in members.enumerated() {
            switch member.name {
            case "code": members[index].value = isSuccess ? .int(Int64(forms.successCode)) : member.value
            case "msg" where isSuccess, "message" where isSuccess:
                if member.value == "success" { members[index].value = .string(forms.successMessage) }
            default: break
            }
        }
        if forms.errorMessages { members.append(Member(name: "errorMessages", value: .null)) }
        return .object(members)
    }

    /// The value with every member inside it as the forms have it.
    fileprivate func written(as forms: FormSettings) -> JSON {
        switch self {
        case .object(let members): .object(members.compactMap { $0.written(as: forms) })
        case .array(let elements): .array(elements.map { $0.written(as: forms) })
        case .null, .bool, .int, .double, .string: self
        }
    }

    fileprivate static func figure(_ name: String) -> Bool { figures.contains(name) }

    /// A number for a text of digits, whole or with a fraction.
    fileprivate var asNumber: JSON {
        guard let text else { return self }
        return Int64(text).map(JSON.int) ?? Double(text).map(JSON.double) ?? self
    }

    fileprivate var asText: JSON {
        switch self {
        case .int, .double: .string(serialized)
        case .null, .bool, .string, .array, .object: self
        }
    }
}

extension JSON.Member {
    /// The member as the forms have it; `nil` where it is left out.
    fileprivate func written(as forms: FormSettings) -> JSON.Member? {
        if forms.omitted.contains(name) { return nil }
        let shown = forms.renamed[name] ?? name
        if forms.nulled.contains(name) { return .init(name: shown, value: .null) }
        return .init(name: shown, value: scalar(as: forms) ?? value.written(as: forms))
    }

    private func scalar(as forms: FormSettings) -> JSON? {
        switch name {
        case "code" where forms.codeAsText: return value.asText
        case "errorCode" where forms.errorCodeAsNumber: return value.asNumber
        case "taskId" where forms.bareTaskNumbers: return value.asNumber
        case "status", "taskStatus": return value.text.map { .string(forms.word($0)) }
        case "promptTips" where forms.openTexts, "prompt" where forms.openTexts, "fieldData" where forms.openTexts:
            return value.text.flatMap(JSON.init(parsing:))
        case _ where JSON.figure(name): return figure(as: forms.figures)
        default: return nil
        }
    }

    private func figure(as figures: FormSettings.Figures) -> JSON {
        switch figures {
        case .documented: value
        case .texts: value.asText
        case .numbers: value.asNumber
        }
    }
}

extension FormSettings {
    /// A state's word.
    fileprivate func word(_ status: String) -> String {
        let word = status == "CANCEL" ? cancelledStatus : status
        return lowerCaseStatus ? word.lowercased() : word
    }
}
