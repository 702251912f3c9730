/// The text of a YAML file, reachable by line and column as libyaml counts them: from 1, in Unicode scalars.
struct SourceText {
    private(set) var scalars: [Unicode.Scalar]
    private let lineStarts: [Int]

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        var starts = [0]
        for (index, scalar) in scalars.enumerated() where Self.isBreak(scalar) {
            let isHalfOfCRLF = scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
            if !isHalfOfCRLF { starts.append(index + 1) }
        }
        lineStarts = starts
    }

    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// The scalar at a place, if there is one.
    func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        index(line: line, column: column).map { scalars[$0] }
    }

    /// Whether this text stands at a place, scalar for scalar, and ends in the same line.
    func has(_ text: some Collection<Unicode.Scalar>, line: Int, column: Int) -> Bool {
        guard let start = index(line: line, column: column) else { return text.isEmpty }
        return !text.contains(where: Self.isBreak) && scalars[start...].starts(with: text)
    }

    /// A line without its end.
    func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[lineStarts[number - 1]...].prefix { !Self.isBreak($0) })
        return String(view)
    }

    /// The place itself, or the nearest one that the text has: libyaml tells of what is missing at the end in a line beyond it.
    func nearest(line: Int, column: Int) -> (line: Int, column: Int) {
        let reached = min(max(line, 1), lineStarts.count)
        let columns = self.line(reached).unicodeScalars.count + 1
        return (reached, reached < line ? columns : min(max(column, 1), columns))
    }

    /// The place of a UTF-8 offset.
    func place(ofUTF8Offset offset: Int) -> (line: Int, column: Int) {
        var (line, column, bytes) = (1, 1, 0)
        for (index, scalar) in scalars.enumerated() {
            if bytes >= offset { break }
            bytes += UTF8.width(scalar)
            column += 1
            if line < lineStarts.count, lineStarts[line] == index + 1 { (line, column) = (line + 1, 1) }
        }
        return (line, column)
    }

    /// Puts another scalar into a place.
    mutating func replace(line: Int, column: Int, with scalar: Unicode.Scalar) {
        guard let index = index(line: line, column: column) else { return }
        scalars[index] = scalar
    }

    private func index(line: Int, column: Int) -> Int? {
        guard line >= 1, line <= lineStarts.count, column >= 1 else { return nil }
        let index = lineStarts[line - 1] + column - 1
        return index < scalars.count ? index : nil
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": true
        default: false
        }
    }
}
