package import Jobs

/// A task to be started.
package struct Submission: Sendable {
    /// What is run.
    package enum Target: Sendable, Hashable {
        /// An AI app, by its id.
        case aiApp(String)
        /// A workflow, by its id.
        case workflow(String)
    }

    /// Which of the service's ways to start a task is taken.
    package enum Family: String, Sendable, Hashable, CaseIterable {
        /// `/openapi/v2/run/ai-app/ID` and `/openapi/v2/run/workflow/ID`.
        case v2
        /// `/task/openapi/ai-app/run` and `/task/openapi/create`.
        case v1
        /// `/task/openapi/createWithParams`, for workflows alone. Described by one document only.
        ///
        /// Its `params` are ``nodes`` by the names of their fields, and ``parameters``.
        case v1Params
    }

    /// The value of one field of one node.
    package struct Node: Sendable, Hashable {
        /// The node's id, sent as text.
        package let id: String
        /// The field's name.
        package let field: String
        /// The value, sent as it is.
        package let value: JSONValue

        /// A value for a field of a node.
        package init(id: String, field: String, value: JSONValue) {
            self.id = id
            self.field = field
            self.value = value
        }
    }

    /// What is run.
    package var target: Target
    /// How it is started.
    package var family: Family
    /// The values of the nodes.
    package var nodes: [Node]
    /// Further values for ``Family/v1Params``, by name.
    package var parameters: [String: JSONValue]
    /// `default`, `plus` or `ultra`; `nil` leaves it to the service.
    package var instanceType: String?
    /// Whether the account's own queue is used; `nil` leaves it to the service.
    package var usePersonalQueue: Bool?
    /// Where the service tells that the task has ended.
    package var webhookURL: Secret?
    /// Whether the workflow is written into the results; `nil` leaves it to the service, which does.
    package var addMetadata: Bool?
    /// The password of a protected app or workflow.
    package var accessPassword: Secret?
    /// What in the nodes' values is not for the journal: addresses that give files away.
    package var confidential: [Secret] = []

    /// A submission that leaves all else to the service.
    package init(target: Target, family: Family = .v2, nodes: [Node] = [], parameters: [String: JSONValue] = [:]) {
        self.target = target
        self.family = family
        self.nodes = nodes
        self.parameters = parameters
    }
}
