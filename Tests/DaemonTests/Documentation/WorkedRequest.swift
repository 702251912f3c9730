import FoundationEssentials
import RunningHubSimulator

@testable import Daemon

/// What the cloud got, to be compared with what the page says it gets.
struct WorkedRequest {
    let record: SimulatorRecord
    /// What was dropped, by its path.
    let given: [String: [UInt8]]
    let publicURL: String

    /// Whether a submission is what the page says: target, nodes in their order with the types that JSON has, and further members.
    func fits(_ run: WorkedStep.Run, _ submission: SimulatorRecord.Submission) -> Bool {
        guard run.target == submission.target, run.isApp == submission.path.contains("ai-app") else { return false }
        guard run.path == nil || run.path == submission.path else { return false }
        guard run.keys.isEmpty || run.keys.contains(submission.key ?? "") else { return false }
        guard let body = try? JSONDecoder().decode(JSON.self, from: Data(submission.body.utf8)) else { return false }
        return fits(run.nodes, body["nodeInfoList"]) && fits(run.members, body)
    }

    private func fits(_ nodes: [(name: String, value: WorkedStep.Value)], _ list: JSON?) -> Bool {
        guard case .array(let items)? = list else { return nodes.isEmpty }
        guard items.count == nodes.count else { return false }
        return zip(nodes, items).allSatisfy { node, item in
            let name = "\(item["nodeId"]?.text ?? ""), \(item["fieldName"]?.text ?? "")"
            return node.name == name && isEqual(item["fieldValue"], node.value)
        }
    }

    private func fits(_ members: [(name: String, value: WorkedStep.Value)], _ body: JSON) -> Bool {
        // As many parameters as the page has, and those it has.
        let named = members.count { $0.name.hasPrefix("params.") }
        if case .object(let parameters)? = body["params"], parameters.count != named { return false }
        return members.allSatisfy { member in
            let value = member.name.split(separator: ".").reduce(Optional(body)) { $0?[String($1)] }
            return isEqual(value, member.value)
        }
    }

    private func isEqual(_ found: JSON?, _ value: WorkedStep.Value) -> Bool {
        switch value {
        case .json(let json): return found == json
        case .credential(let name): return found?.text == WorkedSection.secret(of: name)
        case .randomNumber:
            guard case .int? = found else { return false }
            return isFresh(found)
        case .upload(let path):
            guard let content = content(path), let text = found?.text else { return false }
            return record.uploads.contains { $0.name == text && $0.sha256 == EngineHarness.sha256(content) }
        case .address(let path):
            guard let content = content(path), let text = found?.text else { return false }
            guard text.hasPrefix("\(publicURL)/input/") else { return false }
            return record.loads.contains { $0.url == text && $0.sha256 == EngineHarness.sha256(content) }
        }
    }

    /// Whether a number stands in one request alone.
    private func isFresh(_ number: JSON?) -> Bool {
        guard let number else { return false }
        return record.submissions.count { $0.nodes.contains { $0.value == number.readable } } == 1
    }

    /// What was dropped under a path within an inbox.
    private func content(_ path: String) -> [UInt8]? {
        given.first { $0.key.hasSuffix("/" + path) }?.value
    }
}
