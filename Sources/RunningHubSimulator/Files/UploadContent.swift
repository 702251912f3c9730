import Glibc
import NIOCore
import NIOPosix

/// The bytes of an upload, wherever they are kept.
enum UploadContent: Sendable, Equatable {
    case memory(ByteBuffer)
    case file(path: String)
    /// Not kept.
    case discarded

    func read(from offset: Int, count: Int) async throws -> ByteBuffer {
        switch self {
        case .memory(let buffer):
            return buffer.getSlice(at: buffer.readerIndex + offset, length: count) ?? ByteBuffer()
        case .discarded:
            return ByteBuffer()
        case .file(let path):
            return try await NIOThreadPool.singleton.runIfActive {
                try Self.read(path, from: offset, count: count)
            }
        }
    }

    private static func read(_ path: String, from offset: Int, count: Int) throws -> ByteBuffer {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
        defer { close(descriptor) }
        var buffer = ByteBuffer()
        try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            let read = pread(descriptor, target.baseAddress, count, off_t(offset))
            guard read >= 0 else { throw IOError(errnoCode: errno, reason: "read \(path)") }
            return read
        }
        return buffer
    }
}
