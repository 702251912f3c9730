package import Jobs

/// A pipeline's file as `describe` proposes it, from what RunningHub says can be set on an app or workflow.
package struct PipelineProposal: Sendable, Hashable {
    /// What is to run.
    package var target: Pipeline.Target
    /// The app's name; nothing for workflows, which have none.
    package var name: String?
    /// What can be set, in the service's order.
    package var fields: [Field]

    /// A proposal for this target.
    package init(target: Pipeline.Target, name: String?, fields: [Field]) {
        self.target = target
        self.name = name
        self.fields = fields
    }

    /// A field of a node.
    package struct Field: Sendable, Hashable {
        /// The node's id.
        package var id: String
        /// The field's name.
        package var field: String
        /// The node's title on the site.
        package var title: String
        /// The field's type, as apps call it: `STRING`, `INT`, `IMAGE`.
        package var type: String
        /// What it has now; nothing where the service does not say, or where it is no simple value.
        package var value: Value?
        /// The values to choose from, as they are shown; empty where all may be given.
        package var choices: [String] = []
        /// What the app's author wrote about it.
        package var note: String?
        /// Whether it loads a file.
        package var isLoader = false

        /// A field of this node.
        package init(id: String, field: String, title: String, type: String, value: Value?) {
            self.id = id
            self.field = field
            self.title = title
            self.type = type
            self.value = value
        }
    }

    /// A value as the service has it.
    package enum Value: Sendable, Hashable {
        case text(String)
        /// A number or a truth value, in the form that JSON and YAML share.
        case plain(String)
    }

    /// What the first field that takes something dropped is set to, and which field that is.
    var entrance: (index: Int, placeholder: String)? {
        if let index = fields.firstIndex(where: \.isLoader) { return (index, "{file}") }
        let texts = fields.indices.filter { fields[$0].type == "STRING" }
        let prompt = texts.first { index in
            [fields[index].field, fields[index].title].contains { $0.lowercased().contains("prompt") }
        }
        return (prompt ?? texts.first { fields[$0].field == "text" } ?? texts.first).map { ($0, "{text}") }
    }
}
