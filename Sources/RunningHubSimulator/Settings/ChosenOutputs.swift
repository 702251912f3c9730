/// Outputs of the tasks that were given a certain value, so that one simulator can answer different jobs differently.
package struct ChosenOutputs: Sendable, Hashable, Codable {
    /// Contained in one of the task's node values.
    package var nodeValue: String
    /// In this order.
    package var outputs: [OutputSettings]

    /// Outputs of tasks with such a node value.
    package init(nodeValue: String, outputs: [OutputSettings]) {
        self.nodeValue = nodeValue
        self.outputs = outputs
    }
}
