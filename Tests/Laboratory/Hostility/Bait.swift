import Foundation
import Glibc
import Synchronization

/// A listener on all of the machine's addresses, to which nobody may connect.
final class Bait: Sendable {
    let port: Int
    private let descriptor: CInt
    private let visits = Mutex(0)

    init() throws {
        let descriptor = socket(AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && listen(descriptor, 128) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard bound else { throw ChildProcess.Failure(what: "a bait", code: errno) }
        self.descriptor = descriptor
        port = Int(UInt16(bigEndian: address.sin6_port))
    }

    deinit {
        close(descriptor)
    }

    /// How many connections were made until now; does not wait for any.
    func visitors() -> Int {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        return visits.withLock { visits in
            while case let visitor = accept(descriptor, nil, nil), visitor >= 0 {
                close(visitor)
                visits += 1
            }
            return visits
        }
    }
}
