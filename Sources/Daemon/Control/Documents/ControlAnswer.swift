/// What a change came to.
package struct ControlAnswer: Codable, Sendable {
    /// A sentence for the person who asked.
    package var message: String
}

/// What asking for a retry came to.
package struct RetryAnswer: Codable, Sendable {
    /// A sentence for the person who asked.
    package var message: String
    /// Whether nothing was done, since it may have been paid: that takes `--may-pay-twice`.
    package var isLeftOut: Bool

    enum CodingKeys: String, CodingKey {
        case message
        case isLeftOut = "left_out"
    }
}
