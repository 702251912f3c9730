package import FoundationEssentials

extension SimulatorSettings {
    /// Reads settings from a JSON file's contents.
    ///
    /// What is left out keeps its default.
    ///
    /// Fails with ``SettingsError``.
    package init(json: Data) throws {
        self = try SimulatorSettings().merging(json)
    }

    /// The settings with a JSON object laid over them: objects are merged, everything else is replaced.
    ///
    /// Fails with ``SettingsError`` when the text is no JSON object, a name doesn't exist or a value has a wrong type.
    package func merging(_ patch: Data) throws -> SimulatorSettings {
        let tree: JSON
        do {
            tree = try JSONDecoder().decode(JSON.self, from: patch)
        } catch {
            throw SettingsError("this is not valid JSON")
        }
        guard case .object = tree else { throw SettingsError("the settings are a JSON object") }
        let merged = try JSONDecoder().decode(JSON.self, from: serialized()).merging(tree)
        let settings = try Self.decode(merged)
        let known = try JSONDecoder().decode(JSON.self, from: settings.serialized())
        if let unknown = merged.firstName(missingIn: known) {
            throw SettingsError("there is no setting '\(unknown)'")
        }
        return settings
    }

    /// The settings as JSON text for people.
    package func serialized() throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return try encoder.encode(self)
    }

    private static func decode(_ tree: JSON) throws -> SimulatorSettings {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            return try decoder.decode(SimulatorSettings.self, from: Data(tree.serialized.utf8))
        } catch let error as DecodingError {
            throw SettingsError(error)
        }
    }
}

/// What is wrong with given settings, in a sentence.
package struct SettingsError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            self.init("\(Self.name(context.codingPath)): \(context.debugDescription)")
        case .keyNotFound(let key, let context):
            self.init("\(Self.name(context.codingPath + [key])) is missing")
        @unknown default:
            self.init("\(error)")
        }
    }

    private static func name(_ path: [any CodingKey]) -> String {
        path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
    }
}

extension JSON {
    /// The value with `patch` laid over it: objects are merged, everything else is replaced.
    fileprivate func merging(_ patch: JSON) -> JSON {
        guard case .object(var members) = self, case .object(let changes) = patch else { return patch }
        for change in changes {
            if let index = members.firstIndex(where: { $0.name == change.name }) {
                members[index].value = members[index].value.merging(change.value)
            } else {
                members.append(change)
            }
        }
        return .object(members)
    }

    /// The path of the first name that `other` doesn't have at the same place, if there is one.
    fileprivate func firstName(missingIn other: JSON) -> String? {
        switch (self, other) {
        case (.object(let members), .object):
            for member in members {
                guard let there = other[member.name] else { return member.name }
                if let below = member.value.firstName(missingIn: there) { return member.name + "." + below }
            }
        case (.array(let elements), .array(let others)):
            for (index, pair) in zip(elements, others).enumerated() {
                if let below = pair.0.firstName(missingIn: pair.1) { return "\(index).\(below)" }
            }
        default: break
        }
        return nil
    }
}
