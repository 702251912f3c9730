import Jobs
import RunningHub

extension OnlineCheck {
    /// Whether the site has what each pipeline runs, and it has the inputs that the pipeline sets.
    func checkPipelines(_ transport: Transport, _ report: inout Report) async {
        guard let site = try? Site(configuration.api.baseURL), !report.usable.isEmpty else { return }
        for pipeline in configuration.pipelines {
            let names = pipeline.keys.isEmpty ? report.usable.keys.sorted() : pipeline.keys
            guard let name = names.first(where: report.usable.keys.contains), let secret = report.usable[name] else {
                continue
            }
            let cloud = Cloud(site: site, key: secret, transport: transport)
            do throws(CloudError) {
                let found = try await cloud.describe(pipeline.target)
                report.wells.append("pipeline \(pipeline.name): \(found.shown(as: pipeline.target)).")
                report.problems += problems(of: pipeline, in: found)
            } catch {
                report.problems.append(problem(of: pipeline, error))
            }
        }
    }

    private func problem(of pipeline: Pipeline, _ error: CloudError) -> ConfigurationProblem {
        let text = [error.message, error.hint?.text()].compactMap(\.self).joined(separator: " ")
        let key = if case .workflow = pipeline.target { "workflow" } else { "ai_app" }
        return .init(at: place(of: pipeline, key), text, pipeline: pipeline.name)
    }

    /// The inputs that the pipeline sets and the target does not list.
    ///
    /// A warning: what a workflow lists are the values that stand in it, and an input that is linked to another node is none.
    private func problems(of pipeline: Pipeline, in found: TargetDescription) -> [ConfigurationProblem] {
        guard !found.nodes.isEmpty else { return [] }
        return pipeline.nodes.enumerated().compactMap { index, node in
            guard !found.nodes.contains(where: { $0.id == node.id && $0.field == node.field }) else { return nil }
            let fields = found.nodes.filter { $0.id == node.id }.map(\.field)
            let text =
                fields.isEmpty
                ? "RunningHub lists no node \(node.id). See: sudo runninghubd describe \(pipeline.target.option)"
                : "RunningHub lists no field '\(node.field)' of node \(node.id), but: \(fields.joined(separator: ", "))."
            let severity = ConfigurationProblem.Severity.warning
            let place = place(of: pipeline, "nodes", "\(index)", "id")
            return .init(at: place, text, severity: severity, pipeline: pipeline.name)
        }
    }

    private func place(of pipeline: Pipeline, _ path: String...) -> SourcePosition {
        let file = configuration.file(of: pipeline)
        return reading.documents.first { $0.file == file }?.source(of: path) ?? SourcePosition(file: file)
    }
}

extension Pipeline.Target {
    /// As `describe` takes it.
    var option: String {
        switch self {
        case .workflow(let id): "--workflow \(id)"
        case .aiApp(let id): "--ai-app \(id)"
        }
    }
}

extension Cloud {
    /// What can be set on a target.
    func describe(_ target: Pipeline.Target) async throws(CloudError) -> TargetDescription {
        switch target {
        case .aiApp(let id): try await appNodes(id)
        case .workflow(let id): try await workflowNodes(id)
        }
    }
}

extension TargetDescription {
    fileprivate func shown(as target: Pipeline.Target) -> String {
        switch target {
        case .workflow(let id): "RunningHub has workflow \(id), with \(nodes.count) inputs"
        case .aiApp(let id):
            "RunningHub has AI app \(id)\(name.map { " (\(Quotation.printable($0)))" } ?? ""), with \(nodes.count) inputs"
        }
    }
}
