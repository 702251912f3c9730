/// How callbacks are made.
package struct CallbackSettings: Sendable, Hashable, Codable {
    /// The shapes of the body; with several, one is drawn for each callback.
    package var shapes: [CallbackShape] = [.a]
    /// Whether the task id is a bare number rather than a string.
    package var bareTaskNumbers = false
    /// How often a callback is tried again that was not answered with 2xx.
    ///
    /// Three is what the one published sample of a failed callback shows; that it is the rule is inferred.
    package var retries = 3
    /// Time between tries.
    ///
    /// Inferred from the same sample: three retries in three minutes.
    package var retryInterval: Seconds = 60
    /// How long an answer is waited for.
    ///
    /// The vendor says that there is a limit, not which.
    package var timeout: Seconds = 10
    /// Whether a cancelled task makes a callback.
    ///
    /// Not known of the service.
    package var onCancel = false
}

/// The reported bodies of a callback.
///
/// The vendor documents only `a`.
package enum CallbackShape: String, Sendable, Hashable, Codable, CaseIterable {
    /// `event`, `taskId`, and in `eventData` the v1 outputs envelope as a JSON string.
    case a = "A"
    /// As `a`, with the envelope as an object.
    case b = "B"
    /// `eventData` is an object with `status`, `results` and `usage`.
    case c = "C"
    /// `eventData` is an envelope whose `data` has `status` and `results`.
    case d = "D"
    /// The body of a v2 query answer, without `event`.
    case e = "E"
    /// `eventData` is the first output, without any envelope.
    case f = "F"
    /// As `a`, with the v2 query answer as the JSON string.
    case hybrid
}
