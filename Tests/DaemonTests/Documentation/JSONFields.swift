import FoundationEssentials
import RunningHub

@testable import Daemon

/// The fields of a JSON document, as paths: `keys[].balance.coins`.
struct JSONFields {
    private(set) var paths: Set<String> = []

    /// The fields of a document in which every field is set.
    init(of document: some ControlDocument) throws {
        add(try JSONDecoder().decode(JSONValue.self, from: Data(try document.json().utf8)), "")
    }

    private mutating func add(_ value: JSONValue, _ path: String) {
        switch value {
        case .object(let members) where members["reason"] != nil && members["next"] != nil && path != "":
            // A standing is explained once for all.
            paths.insert(path)
        case .object(let members):
            for (name, member) in members { add(member, path.isEmpty ? name : "\(path).\(name)") }
        case .array(let elements):
            for element in elements { add(element, "\(path)[]") }
        case .null, .bool, .integer, .number, .text: paths.insert(path)
        }
    }
}
