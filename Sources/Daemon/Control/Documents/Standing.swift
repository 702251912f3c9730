import Jobs

/// Why something stands where it is, and what comes next: the one reason, in words for people.
package struct Standing: Codable, Sendable, Hashable {
    /// The rule or state that keeps it there, as a sentence.
    package var reason: String
    /// Since when, RFC 3339; absent where that is not known.
    package var since: String?
    /// What happens next, or what a person can do, as a sentence; absent where nothing does.
    package var next: String?
    /// When that is, RFC 3339; absent where no time is fixed.
    package var nextAt: String?

    enum CodingKeys: String, CodingKey {
        case reason
        case since
        case next
        case nextAt = "next_at"
    }

    init(_ reason: String, since: Timestamp? = nil, next: String? = nil, at: Timestamp? = nil) {
        self.reason = reason
        self.since = since?.internetTime
        self.next = next
        nextAt = at?.internetTime
    }
}
