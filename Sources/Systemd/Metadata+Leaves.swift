package import Logging

extension Logger.Metadata {
    /// A value without parts, and the keys that lead to it, joined by dots.
    struct Leaf: Equatable {
        let path: String
        let value: [UInt8]
    }

    /// Every value, nested ones under `outer.inner`, those of an array under its own key once each.
    ///
    /// In the order of the keys, so that the same statement always reads the same; at most `limit`.
    func leaves(limit: Int) -> [Leaf] {
        var leaves: [Leaf] = []
        for (key, value) in sorted(by: { $0.key < $1.key }) {
            value.appendLeaves(path: key, limit: limit, depth: 0, to: &leaves)
        }
        return leaves
    }

    /// Takes the message id out; a value there that is none is left to be an ordinary field.
    mutating func removeMessageID() -> MessageID? {
        guard let id = self[MessageID.metadataKey].flatMap({ MessageID(hexadecimal: $0.description) }) else {
            return nil
        }
        removeValue(forKey: MessageID.metadataKey)
        return id
    }

    /// Merges in swift-log's order of precedence: the handler's own, then the provider's, then the event's.
    package static func merged(
        _ handler: Logger.Metadata,
        _ provider: Logger.MetadataProvider?,
        _ event: Logger.Metadata?
    ) -> Logger.Metadata {
        var merged = handler
        if let provider {
            merged.merge(provider.get()) { _, later in later }
        }
        if let event {
            merged.merge(event) { _, later in later }
        }
        return merged
    }
}

extension Logger.MetadataValue {
    /// Deeper values are written as one text: logging recurses no further than this, whatever it is given.
    private static let deepest = 8

    fileprivate func appendLeaves(path: String, limit: Int, depth: Int, to leaves: inout [Logger.Metadata.Leaf]) {
        guard leaves.count < limit else { return }
        switch self {
        case .dictionary(let values) where depth < Self.deepest:
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                value.appendLeaves(path: "\(path).\(key)", limit: limit, depth: depth + 1, to: &leaves)
            }
        case .array(let values) where depth < Self.deepest:
            for value in values {
                value.appendLeaves(path: path, limit: limit, depth: depth + 1, to: &leaves)
            }
        case .stringConvertible(let value as RawBytes):
            leaves.append(Logger.Metadata.Leaf(path: path, value: value.bytes))
        default:
            leaves.append(Logger.Metadata.Leaf(path: path, value: Array(description.utf8)))
        }
    }
}
