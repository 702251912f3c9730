import Glibc
import Jobs
import Ledger
import NIOCore
import Spool

/// A copy of the ledger that is given away; it has no name any more and is gone when this is.
final class LedgerCopy: Sendable {
    /// In bytes.
    let size: Int64
    private let descriptor: CInt

    private static let chunk = 256 * 1024

    /// Takes over an open file.
    init(owning descriptor: CInt) throws(SystemError) {
        self.descriptor = descriptor
        size = Int64(try LinuxCalls().status(descriptor).st_size)
    }

    deinit {
        close(descriptor)
    }

    /// The next bytes from there on; blocks.
    func read(at offset: Int64) throws(SystemError) -> ByteBuffer {
        let wanted = Int(min(Int64(Self.chunk), size - offset))
        var bytes = [UInt8](repeating: 0, count: wanted)
        let count = pread(descriptor, &bytes, wanted, off_t(offset))
        guard count > 0 else { throw SystemError(call: "pread", code: count < 0 ? errno : EIO) }
        return ByteBuffer(bytes: bytes.prefix(count))
    }
}

extension Engine {
    /// Room that is left on the ledger's disk beside a copy.
    private static let copyReserve: Int64 = 128 << 20

    /// Makes a consistent copy of the ledger in the state folder, the one place where there is sure to be nobody who may not see it: it
    /// holds the secret of the callback addresses.
    ///
    /// - Throws: `ControlRefusal` where there is no room, or one is being made already; `LedgerError`.
    func copyLedger() async throws -> LedgerCopy {
        let state = settings.state
        let (size, free) = (try await ledger.size(), try await blocking { try Folder(path: state).freeSpace() })
        guard free - size > Self.copyReserve else {
            let room = "\(free / 1_000_000) MB are free in \(state), and a copy may take \(size / 1_000_000) MB"
            throw ControlRefusal(.unavailable, "There is no room for a copy: \(room). Make room, then try again.")
        }
        let path = "\(state)/\(Ledger.copyName)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw ControlRefusal(.conflict, "A copy is being made already; try again later.") }
            throw ControlRefusal(.unavailable, "\(path): \(String(cString: strerror(errno)))")
        }
        // From here on whatever happens to it, it is nobody's but this function's.
        defer { unlink(path) }
        do {
            try await ledger.copy(into: path)
        } catch {
            close(descriptor)
            throw error
        }
        return try LedgerCopy(owning: descriptor)
    }
}
