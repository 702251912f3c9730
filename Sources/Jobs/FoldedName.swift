/// A name as it is compared: without case, and without regard to how accents are composed.
///
/// Folders are looked at from Windows and macOS as well, where `Cat.png` and `cat.png` are one file. Two names that are equal on any
/// usual file system are equal here; a few more are (`ß` and `ss`), which costs no more than a number in a name. Names that are not
/// UTF-8 are compared by their bytes, ASCII letters without case.
package struct FoldedName: Sendable, Hashable {
    private enum Form: Sendable, Hashable {
        case text(String)
        case bytes([UInt8])
    }

    private let form: Form

    /// Folds a name.
    package init(_ name: FileName) {
        let bytes = name.bytes
        if bytes.allSatisfy({ $0 < 0x80 }) {
            let text = String(unsafeUninitializedCapacity: bytes.count) { buffer in
                for index in bytes.indices { buffer.initializeElement(at: index, to: Self.lowered(bytes[index])) }
                return bytes.count
            }
            form = .text(text)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            // Upwards first: some letters have several lower-case forms (σ and ς, s and ſ).
            form = .text(text.uppercased().lowercased())
        } else {
            form = .bytes(bytes.map(Self.lowered))
        }
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }
}
