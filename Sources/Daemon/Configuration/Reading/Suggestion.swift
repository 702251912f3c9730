/// Which known word somebody meant.
enum Suggestion {
    /// The candidate that is closest to a word, if one is close.
    static func closest(to word: String, among candidates: [String]) -> String? {
        let wanted = normalized(word)
        guard !wanted.isEmpty, wanted.count <= 40 else { return nil }
        if let alias = aliases[wanted], candidates.contains(alias) { return alias }
        let ranked = candidates.map { ($0, distance(wanted, normalized($0))) }
        if let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= tolerance(wanted.count) { return best.0 }
        guard wanted.count >= 3 else { return nil }
        let longer = candidates.filter { normalized($0).hasPrefix(wanted) }
        return longer.count == 1 ? longer.first : nil
    }

    /// What RunningHub's own documents and similar programs call what has another name here.
    private static let aliases = [
        "webappid": "ai_app", "webapp": "ai_app", "aiappid": "ai_app", "app": "ai_app", "workflowid": "workflow",
        "nodeinfolist": "nodes", "nodeid": "id", "fieldname": "field", "fieldvalue": "value",
        "addmetadata": "metadata", "personalqueue": "use_personal_queue", "machine": "instance_type",
        "gpu": "instance_type",
        "url": "public_url", "webhookurl": "public_url", "callbackurl": "public_url", "address": "listen",
        "port": "listen",
        "host": "base_url", "site": "base_url", "endpoint": "base_url", "slots": "concurrency",
        "parallel": "concurrency",
        "maxconcurrency": "concurrency", "workers": "concurrency", "lang": "language", "locale": "language",
        "recursive": "folder_is", "kinds": "accept", "types": "accept", "extensions": "accept", "filetypes": "accept",
        "socket": "control_socket", "debounce": "quiet_time", "settle": "quiet_time", "exclude": "ignore",
        "jpeg": "jpg", "large": "plus", "english": "en", "chinese": "zh", "russian": "ru", "cn": "zh",
    ]

    private static func tolerance(_ length: Int) -> Int {
        switch length {
        case ...2: 0
        case ...5: 1
        case ...9: 2
        default: 3
        }
    }

    /// Without case and separators: `instanceType` is `instance_type`.
    private static func normalized(_ word: String) -> String {
        word.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
    }

    /// How many letters have to be put in, taken out, replaced or swapped with their neighbour.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var before: [Int] = []
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var best = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, before[column - 2] + 1)
                }
                current.append(best)
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
