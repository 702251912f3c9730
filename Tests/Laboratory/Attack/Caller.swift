import Glibc

/// A connection to the listener that sends whatever an attack wants.
///
/// Made of plain system calls, so that ten thousand cost the attacker little beside what they cost the daemon.
final class Caller {
    private let descriptor: CInt
    /// Why the last call did not go on (errno), 0 where it did or the other side had closed.
    private(set) var trouble: CInt = 0

    /// - Parameters:
    ///   - port: on loopback.
    ///   - patience: how long a send or receive waits, in seconds.
    ///   - waits: whether to wait until the connection is made.
    init?(_ port: Int, patience: Int = 10, waits: Bool = true) {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | (waits ? 0 : CInt(SOCK_NONBLOCK.rawValue))
        descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return nil }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 || (!waits && errno == EINPROGRESS) else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Lets this process have so many connections at once.
    static func allow(_ count: UInt) throws {
        let kind = __rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue))
        var limit = rlimit()
        getrlimit(kind, &limit)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, count))
        guard limit.rlim_cur >= count, setrlimit(kind, &limit) == 0 else {
            throw LaboratoryError(
                "Only \(limit.rlim_max) descriptors are allowed, and the attacks take \(count) (ulimit -Hn)."
            )
        }
    }

    /// Sends all of it, as far as the other side takes it.
    ///
    /// - Returns: how many bytes went.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    CInt(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else {
                trouble = errno
                break
            }
            sent += count
        }
        return sent
    }

    @discardableResult
    func send(_ text: String) -> Int {
        send(Array(text.utf8))
    }

    /// Closes the sending half.
    func finish() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// What comes until the other side closes, at most so many bytes.
    func answer(most: Int = 1 << 20) -> String {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16384)
        while answer.count < most {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count < 0 { trouble = errno }
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }
}
