import Glibc
import Jobs
import NIOCore
import NIOPosix

/// The bytes of an open file, read piece by piece without moving its position.
///
/// It holds a duplicate of the descriptor it is given: the client may still be reading when an upload has failed and the caller closes its
/// own, whose number then stands for another file.
final class UploadSource: Sendable {
    private let descriptor: Int32
    /// How many bytes the file must have, neither more nor fewer.
    let length: Int64

    /// The size of a piece, in bytes.
    static let pieceSize = 128 * 1024

    /// Takes an open regular file that must have this length.
    init(duplicating original: Int32, length: Int64) throws(CloudError) {
        let descriptor = fcntl(original, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { throw Self.unreadable() }
        self.descriptor = descriptor
        self.length = length
        try checkLength()
    }

    deinit {
        close(descriptor)
    }

    /// Throws where the file no longer has its length.
    func checkLength() throws(CloudError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable() }
        guard status.st_size == length else { throw Self.changed }
    }

    /// The piece at an offset; throws where the file ends there.
    func piece(at offset: Int64) async throws -> ByteBuffer {
        let wanted = Int(min(Int64(Self.pieceSize), length - offset))
        return try await NIOThreadPool.singleton.runIfActive { [self] in
            var buffer = ByteBufferAllocator().buffer(capacity: wanted)
            let count = try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) {
                pointer throws(CloudError) in
                try read(into: UnsafeMutableRawBufferPointer(rebasing: pointer.prefix(wanted)), at: offset)
            }
            guard count > 0 else { throw Self.changed }
            return buffer
        }
    }

    private func read(into pointer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(CloudError) -> Int {
        while true {
            let read = pread(descriptor, pointer.baseAddress, pointer.count, off_t(offset))
            if read >= 0 { return read }
            guard errno == EINTR else { throw Self.unreadable() }
        }
    }

    static let changed = CloudError(
        .fileChanged,
        Phrase(
            "The file changed while it was uploaded.",
            zh: "文件在上传过程中发生了变化。",
            ru: "Файл изменился во время загрузки."
        ),
        hint: Phrase(
            "Let whatever writes it finish; it is then taken anew.",
            zh: "请等写入它的程序完成；之后会重新处理。",
            ru: "Дайте программе, которая его пишет, закончить; затем он будет взят заново."
        )
    )

    private static func unreadable() -> CloudError {
        CloudError(.fileUnreadable, "The file cannot be read: \(String(cString: strerror(errno))).")
    }
}
