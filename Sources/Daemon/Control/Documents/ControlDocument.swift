/// Documents that commands print.
package protocol ControlDocument: Codable, Sendable {
    /// The document for a person.
    func text(on screen: Screen) -> String
}

extension ControlDocument {
    /// The document as JSON, for programs.
    package func json() throws -> String {
        String(decoding: try document(self), as: UTF8.self)
    }
}

extension StatusDocument: ControlDocument {}
extension HealthDocument: ControlDocument {}
extension JobListDocument: ControlDocument {}
extension JobDocument: ControlDocument {}
extension WhyDocument: ControlDocument {}
extension AccountListDocument: ControlDocument {}
