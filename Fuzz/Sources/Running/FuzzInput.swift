/// Takes an input apart: some bytes decide, the rest is the text.
///
/// Decisions are taken modulo, so that seeds can be written with digits (`0` is the first choice of up to sixteen).
struct FuzzInput {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// The next byte, 0 where there is none.
    mutating func byte() -> UInt8 {
        rest.popFirst() ?? 0
    }

    /// One of these, by the next byte.
    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int(byte()) % choices.count]
    }

    /// What stands before the next of this byte, which is taken off.
    mutating func piece(before end: UInt8) -> [UInt8] {
        let piece = rest.prefix { $0 != end }
        rest = rest[piece.endIndex...].dropFirst()
        return Array(piece)
    }

    /// All that is left, as text.
    var text: String { String(decoding: rest, as: UTF8.self) }
}
