import Crypto
import NIOCore

extension ResultContent {
    /// Largest piece that is read at once.
    static let pieceSize = 256 * 1024

    /// Reads up to `count` bytes from `offset` on; fewer only at the end of the content.
    func read(from offset: Int, count: Int) async throws -> ByteBuffer {
        let count = min(count, bytes - offset)
        guard count > 0 else { return ByteBuffer() }
        switch self {
        case .upload(let file):
            return try await file.content.read(from: offset, count: count)
        case .generated(let generated):
            var buffer = ByteBuffer()
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
                generated.fill(UnsafeMutableRawBufferPointer(rebasing: target[..<count]), from: offset)
                return count
            }
            return buffer
        case .text(let text):
            return ByteBuffer(bytes: Array(text.utf8)[offset..<(offset + count)])
        }
    }

    /// Digest of the whole content in hexadecimal; nil when it can't be read.
    func sha256() async -> String? {
        if case .upload(let file) = self { return file.sha256 }
        var hasher = SHA256()
        var offset = 0
        while offset < bytes {
            guard let piece = try? await read(from: offset, count: Self.pieceSize), piece.readableBytes > 0 else {
                return nil
            }
            piece.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
            offset += piece.readableBytes
        }
        return hasher.finalize().hexadecimal
    }
}

extension Digest {
    /// The digest as lower-case hexadecimal digits.
    var hexadecimal: String {
        String(decoding: flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static var digits: [UInt8] { Array("0123456789abcdef".utf8) }
}
