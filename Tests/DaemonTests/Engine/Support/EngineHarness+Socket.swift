import Glibc

extension EngineHarness {
    /// A listening socket on a loopback port that outlives every daemon of a test, like the one that systemd holds.
    final class Socket: Sendable {
        let port: Int
        private let descriptor: CInt

        init() throws {
            descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let (descriptor, size) = (descriptor, length)
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, size) == 0 && listen(descriptor, 128) == 0
                        && getsockname(descriptor, pointer, &length) == 0
                }
            }
            guard isBound else { throw Failure(text: "no loopback port: \(errno)") }
            port = Int(UInt16(bigEndian: address.sin_port))
        }

        deinit {
            close(descriptor)
        }

        /// The socket once more, to be handed to a daemon, who closes it.
        func handOver() -> CInt {
            fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        }
    }

    /// Something that a test cannot do without.
    struct Failure: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }
}
