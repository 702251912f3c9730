package import Jobs
import RunningHub

/// Asks RunningHub what can be set on an app or workflow; needs no daemon.
package struct TargetQuestion: Sendable {
    private let site: String
    private let key: Secret

    /// A question to this site with this key.
    package init(site: String, key: Secret) {
        self.site = site
        self.key = key
    }

    /// Why there is no answer, with what to do.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The pipeline that can be made of a target.
    package func ask(about target: Pipeline.Target) async throws -> PipelineProposal {
        let transport = Transport()
        do {
            let cloud = Cloud(site: try Site(site), key: key, transport: transport)
            let answer = try await cloud.describe(target)
            try await transport.shutdown()
            return PipelineProposal(target: target, answer)
        } catch let error as CloudError {
            try await transport.shutdown()
            throw Failure(description: [error.message, error.hint?.text()].compactMap(\.self).joined(separator: " "))
        } catch {
            try await transport.shutdown()
            throw Failure(description: "\(error)")
        }
    }
}

extension PipelineProposal {
    /// The proposal for what RunningHub answered.
    init(target: Pipeline.Target, _ answer: TargetDescription) {
        self.init(target: target, name: answer.name, fields: answer.nodes.map(Field.init))
    }
}

extension PipelineProposal.Field {
    fileprivate init(_ node: NodeDescription) {
        self.init(
            id: node.id,
            field: node.field,
            title: node.title,
            type: node.type,
            value: PipelineProposal.Value(node.presentValue)
        )
        choices = node.choices.compactMap { PipelineProposal.Value($0)?.shown }
        note = node.description
        isLoader = node.loads != nil
    }
}

extension PipelineProposal.Value {
    fileprivate init?(_ value: JSONValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .bool(let bool): self = .plain(bool ? "true" : "false")
        case .integer(let integer): self = .plain(String(integer))
        case .number(let number): self = .plain("\(number)")
        case .null, .array, .object: return nil
        }
    }

    fileprivate var shown: String {
        switch self {
        case .text(let text), .plain(let text): text
        }
    }
}
