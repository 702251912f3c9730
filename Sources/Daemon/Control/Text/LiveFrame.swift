/// A text that stands in a terminal and is written over again and again.
package struct LiveFrame: Sendable {
    private let screen: Screen
    private let height: Int?

    /// A frame for a terminal of this size; one whose height is not known is written on and on.
    package init(screen: Screen, height: Int?) {
        self.screen = screen
        self.height = height
    }

    /// Clears the terminal, before the first frame.
    package static let beginning = "\u{1B}[2J"

    /// What has to be written so that the text is all that the terminal shows: without flicker, nothing of it wrapped or scrolled away.
    package func drawing(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        // The cursor needs a line below.
        if let height, lines.count > height - 1 {
            let shown = max(height - 2, 1)
            lines = lines.prefix(shown) + ["… \(lines.count - shown) more lines"]
        }
        return "\u{1B}[H" + lines.map { screen.line($0) + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    }
}
