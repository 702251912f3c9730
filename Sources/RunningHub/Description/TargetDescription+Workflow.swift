extension TargetDescription {
    /// The settable fields of a workflow in ComfyUI's API format: nodes by their ids, each with `class_type`, `_meta.title` and `inputs`.
    init(graph: [String: JSONValue]) {
        let ids = graph.keys.sorted { ($0.idNumber, $0) < ($1.idNumber, $1) }
        let nodes = ids.lazy.flatMap { id in NodeDescription.settable(in: graph[id] ?? .null, id: id) }
        self.init(name: nil, nodes: Array(nodes.prefix(NodeDescription.maximumCount)))
    }
}

extension NodeDescription {
    /// The fields of a node that can be set, by name.
    ///
    /// An input that is `[id, n]` is a link to another node's output. Numbers keep their form: `8` and `8.0` are the same JSON, so a whole
    /// number is told as `INT`.
    fileprivate static func settable(in node: JSONValue, id: String) -> [NodeDescription] {
        let kind = node["class_type"]?.filledText.map { RemoteText.clean($0, limit: 200) }
        let title = node["_meta"]?["title"]?.filledText.map { RemoteText.clean($0, limit: 200) }
        let inputs = (node["inputs"]?.members ?? [:]).sorted { $0.key < $1.key }
        return inputs.compactMap { field, value in
            guard let type = value.fieldType, !field.isEmpty else { return nil }
            let loads = kind.flatMap { Load(nodeKind: $0, field: field, value: value) }
            return NodeDescription(
                id: id,
                title: title ?? kind ?? "",
                nodeKind: kind,
                field: field,
                type: loads?.fieldType ?? type,
                presentValue: value,
                choices: [],
                description: nil,
                loads: loads
            )
        }
    }
}

extension NodeDescription.Load {
    /// The type that fields of apps have for it.
    fileprivate var fieldType: String { rawValue.uppercased() }
}

extension JSONValue {
    /// The type of a field that has this value; `nil` for links, objects and null.
    fileprivate var fieldType: String? {
        switch self {
        case .text: "STRING"
        case .integer: "INT"
        case .number: "FLOAT"
        case .bool: "BOOLEAN"
        case .null, .array, .object: nil
        }
    }
}

extension String {
    /// The number that a node's id begins with (`12` of `12:3`); those without one come last.
    fileprivate var idNumber: Int {
        Int(prefix { $0.isASCII && $0.isNumber }) ?? .max
    }
}
