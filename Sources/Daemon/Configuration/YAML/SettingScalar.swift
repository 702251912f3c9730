/// A scalar as it stands in a file.
///
/// YAML 1.1 reads `no` as a boolean, `010` as eight and `12:30` as 750. Here a plain scalar is a boolean, a whole number or a fraction only
/// where it looks like one to everybody; everything else, and everything quoted, is text.
struct SettingScalar: Sendable, Hashable {
    var text: String
    /// Neither quoted nor in a block.
    var isPlain: Bool
    /// Where the text's first character stands, if the file has the text as it is, on one line and without escapes.
    var start: SourcePosition?

    /// What a scalar says.
    enum Meaning: Hashable {
        case boolean(Bool)
        case integer(Int64)
        case fraction(Double)
        /// A number that fits neither.
        case outOfRange
        case text
    }

    var meaning: Meaning {
        guard isPlain else { return .text }
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        default: break
        }
        let pieces = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.filter({ $0 == UInt8(ascii: "-") }).count <= 1, let whole = pieces.first,
            whole == "0" || (whole.first != "0" && isDigits(whole))
        else { return .text }
        switch pieces.count {
        case 1: return Int64(text).map(Meaning.integer) ?? .outOfRange
        case 2 where isDigits(pieces[1]):
            guard let number = Double(text), number.isFinite else { return .outOfRange }
            return .fraction(number)
        default: return .text
        }
    }

    /// The place of a UTF-8 offset in the text, as far as it can be told.
    func position(ofUTF8Offset offset: Int) -> SourcePosition? {
        guard var position = start else { return nil }
        position.column += String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count
        return position
    }
}

/// Whether there is a digit, and nothing else.
func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
}
