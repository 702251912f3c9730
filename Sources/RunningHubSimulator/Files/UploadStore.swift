import Crypto
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Keeps what was uploaded: small files in memory, large ones and all above a budget in a temporary folder.
final class UploadStore: Sendable {
    /// Files above this size go to the folder.
    static let largestInMemory = 1024 * 1024
    /// All files together above this size go to the folder.
    static let memoryBudget = 256 * 1024 * 1024

    private let memoryUsed = Mutex(0)
    private let folder = Mutex<String?>(nil)

    /// A new upload that begins.
    ///
    /// Of what is longer than `largest` bytes nothing is kept.
    func makeSink(keeping: Bool, largest: Int) -> UploadSink {
        UploadSink(store: self, keeping: keeping, largest: largest)
    }

    /// Forgets a content that nobody asks for any more.
    func discard(_ content: UploadContent) {
        switch content {
        case .memory(let buffer): release(buffer.readableBytes)
        case .file(let path): unlink(path)
        case .discarded: break
        }
    }

    /// Whether `bytes` more may be kept in memory; if so they are counted.
    fileprivate func reserve(_ bytes: Int) -> Bool {
        memoryUsed.withLock { used in
            guard used + bytes <= Self.memoryBudget else { return false }
            used += bytes
            return true
        }
    }

    private func release(_ bytes: Int) {
        memoryUsed.withLock { $0 -= bytes }
    }

    /// A path for a new file.
    fileprivate func makePath() throws -> String {
        let folder = try folder.withLock { folder in
            if let folder { return folder }
            var template = Array(
                "\(FileManager.default.temporaryDirectory.path)/runninghub-simulator.XXXXXX".utf8CString
            )
            guard mkdtemp(&template) != nil else { throw IOError(errnoCode: errno, reason: "mkdtemp") }
            let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
            folder = path
            return path
        }
        return folder + "/" + UUID().uuidString
    }

    /// Forgets everything and removes the folder.
    func clear() {
        memoryUsed.withLock { $0 = 0 }
        folder.withLock { folder in
            if let path = folder { try? FileManager.default.removeItem(atPath: path) }
            folder = nil
        }
    }
}

/// An upload that is under way: hashed as it comes, kept in memory until it is too large for that.
struct UploadSink: ~Copyable {
    private let store: UploadStore
    private var keeping: Bool
    private let largest: Int
    private var hasher = SHA256()
    private var buffer = ByteBuffer()
    private var path: String?
    private var descriptor: CInt = -1
    private(set) var bytes = 0

    fileprivate init(store: UploadStore, keeping: Bool, largest: Int) {
        self.store = store
        self.keeping = keeping
        self.largest = largest
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
        // What was never finished is not kept.
        if let path { unlink(path) }
    }

    mutating func write(_ piece: ByteBuffer) async throws {
        piece.withUnsafeReadableBytes { hasher.update(bufferPointer: $0) }
        bytes += piece.readableBytes
        if bytes > largest {
            keeping = false
            buffer = ByteBuffer()
        }
        guard keeping else { return }
        buffer.writeImmutableBuffer(piece)
        if buffer.readableBytes > UploadStore.largestInMemory { try await spill() }
    }

    /// Ends the upload.
    mutating func finish() async throws -> (sha256: String, content: UploadContent) {
        let digest = hasher.finalize().hexadecimal
        guard keeping else { return (digest, .discarded) }
        if path == nil, store.reserve(buffer.readableBytes) { return (digest, .memory(buffer)) }
        try await spill()
        guard let kept = path.take() else { return (digest, .discarded) }
        return (digest, .file(path: kept))
    }

    /// Moves what is in memory to the file.
    private mutating func spill() async throws {
        if path == nil {
            let path = try store.makePath()
            descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "open \(path)") }
            self.path = path
        }
        let (target, piece) = (descriptor, buffer)
        buffer = ByteBuffer()
        try await NIOThreadPool.singleton.runIfActive {
            try piece.withUnsafeReadableBytes { bytes in
                var written = 0
                while written < bytes.count {
                    let count = Glibc.write(target, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                    guard count > 0 else { throw IOError(errnoCode: errno, reason: "write") }
                    written += count
                }
            }
        }
    }
}
