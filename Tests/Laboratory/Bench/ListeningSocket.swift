import Glibc

/// The listener's socket, kept open by the experiment as systemd keeps it: callers wait in its queue while no daemon runs.
final class ListeningSocket: Sendable {
    let descriptor: CInt
    let port: Int

    init(backlog: CInt = 4096) throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        // Above those that a child is handed.
        let descriptor = fcntl(made, F_DUPFD_CLOEXEC, 100)
        close(made)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, backlog) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw ChildProcess.Failure(what: "a listener", code: errno) }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    deinit {
        close(descriptor)
    }
}
