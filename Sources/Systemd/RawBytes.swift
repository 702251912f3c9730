/// Bytes as a log value: a file name, say, which need not be UTF-8.
///
/// In metadata it is a `stringConvertible` value. The journal gets the bytes as they are, so that `journalctl FIELD=…`
/// finds the very name; everything that needs text gets U+FFFD where the bytes are not UTF-8.
package struct RawBytes: Sendable, Hashable {
    package let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }
}

extension RawBytes: CustomStringConvertible {
    package var description: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
