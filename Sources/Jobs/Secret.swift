/// A text that must not be shown: an API key, the token secret, a password.
///
/// Its description is `<redacted>`, and so is its reflection, so that it cannot reach a log, an error or a dump of a value that holds it
/// by accident. Reading it takes the deliberate `expose()`.
package struct Secret: Sendable, Hashable {
    private let text: String

    /// Wraps a text.
    package init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that sends or signs with it.
    package func expose() -> String {
        text
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
