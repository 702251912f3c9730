/// A value of the configuration with its place: what a YAML file says, before anybody has asked what it means.
struct SettingNode: Sendable, Hashable {
    var position: SourcePosition
    var content: Content

    indirect enum Content: Sendable, Hashable {
        /// Nothing behind the key, or `null`.
        case absent
        case scalar(SettingScalar)
        case list([SettingNode])
        case map([SettingEntry], isFlow: Bool)
    }

    /// The entries, where it is a map.
    var entries: [SettingEntry]? {
        if case .map(let entries, _) = content { entries } else { nil }
    }

    /// A map without entries.
    static func empty(at position: SourcePosition) -> SettingNode {
        SettingNode(position: position, content: .map([], isFlow: false))
    }

    /// This node with another laid over it: maps merged, everything else replaced.
    ///
    /// An absent value takes another value away, so that a later file can go back to the default; over a map it does nothing, because a
    /// section whose every line is commented out says nothing.
    func merged(with other: SettingNode) -> SettingNode {
        switch (content, other.content) {
        case (.map, .absent):
            return self
        case (.map(var entries, let isFlow), .map(let others, _)):
            var places: [String: Int] = [:]
            for (index, entry) in entries.enumerated() { places[entry.key] = index }
            for entry in others {
                if let index = places[entry.key] {
                    entries[index].value = entries[index].value.merged(with: entry.value)
                    entries[index].position = entry.position
                } else {
                    entries.append(entry)
                }
            }
            return SettingNode(position: position, content: .map(entries, isFlow: isFlow))
        default:
            return other
        }
    }

    /// A map's entries of these keys alone.
    func keeping(_ keys: Set<String>) -> SettingNode {
        guard case .map(let entries, let isFlow) = content else { return .empty(at: position) }
        return SettingNode(
            position: position,
            content: .map(entries.filter { keys.contains($0.key) }, isFlow: isFlow)
        )
    }
}

/// A key of a map and what stands behind it.
struct SettingEntry: Sendable, Hashable {
    var key: String
    /// Of the key.
    var position: SourcePosition
    var value: SettingNode
}
