/// The body of a JSON request of any path.
///
/// Every field is optional, and types are taken as leniently as the service takes them: ids as strings or numbers,
/// node ids too, node values of any type.
struct APIRequest: Decodable, Sendable {
    var apiKey: JSON?
    /// As `accountStatus` alone spells it.
    var apikey: JSON?
    var taskId: JSON?
    var workflowId: JSON?
    var webappId: JSON?
    var webhookId: JSON?
    var webhookUrl: String?
    var nodeInfoList: [NodeInfo]?
    /// Values by name, as `createWithParams` takes them.
    var params: [String: JSON]?

    struct NodeInfo: Decodable, Sendable {
        var nodeId: JSON?
        var fieldName: JSON?
        var fieldValue: JSON?
    }

    init() {}

    /// The key that the body carries.
    var bodyKey: String? { apiKey?.readable ?? apikey?.readable }

    /// What is set on the nodes; nil when an item names no node or no field.
    var nodes: [SimulatorRecord.Node]? {
        var nodes: [SimulatorRecord.Node] = []
        for item in nodeInfoList ?? [] {
            guard let node = item.nodeId?.readable, !node.isEmpty, node != "null" else { return nil }
            guard let field = item.fieldName?.readable, !field.isEmpty, field != "null" else { return nil }
            nodes.append(.init(nodeID: node, fieldName: field, value: item.fieldValue?.readable ?? ""))
        }
        for (name, value) in (params ?? [:]).sorted(by: { $0.key < $1.key }) {
            nodes.append(.init(nodeID: "", fieldName: name, value: value.readable))
        }
        return nodes
    }
}
