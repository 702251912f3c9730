/// One value that can be set on an app or workflow: a field of a node.
package struct NodeDescription: Sendable, Hashable {
    /// What a field that loads a file loads.
    package enum Load: String, Sendable, Hashable, CaseIterable {
        case image
        case video
        case audio
        case zip
    }

    /// The node's id.
    package let id: String
    /// The node's title on the site; its kind where it has none.
    package let title: String
    /// The node's kind (`class_type`), such as `KSampler`; `nil` where the service does not say.
    package let nodeKind: String?
    /// The field's name.
    package let field: String
    /// The field's type as apps have it: `STRING`, `INT`, `FLOAT`, `BOOLEAN`, `LIST`, `SWITCH`, `IMAGE`, `AUDIO`, `VIDEO`.
    package let type: String
    /// The value that it has now, as the service writes it.
    package let presentValue: JSONValue
    /// The values that may be chosen from; empty where all may be given, or none are told.
    package let choices: [JSONValue]
    /// What the app's author wrote about it.
    package let description: String?
    /// What it loads; `nil` where it loads nothing.
    package let loads: Load?

    /// The most fields that are taken from one app or workflow.
    package static let maximumCount = 4096
    /// The most choices that are taken for one field.
    package static let maximumChoices = 512
}

/// What can be set on an app or workflow.
package struct TargetDescription: Sendable, Hashable {
    /// The app's name; `nil` for workflows, for which the service gives none.
    package let name: String?
    /// What can be set, in the app's order; for a workflow in the order of the nodes' ids, then of the fields' names.
    package let nodes: [NodeDescription]
}
