import Glibc
import NIOPosix

package import enum NIOCore.SocketAddress

/// Finds the addresses of a host name.
package struct HostResolver: Sendable {
    private let lookup: @Sendable (String) async throws -> [SocketAddress]

    /// A resolver that asks a function; the ports of its answers are not used.
    package init(_ lookup: @escaping @Sendable (String) async throws -> [SocketAddress]) {
        self.lookup = lookup
    }

    /// All addresses of a host, in the order in which they should be tried.
    package func addresses(of host: String) async throws -> [SocketAddress] {
        try await lookup(host)
    }

    /// The system's resolver, asked on the blocking-call thread pool.
    package static let system = HostResolver { host in
        try await NIOThreadPool.singleton.runIfActive { try getaddrinfoAddresses(of: host) }
    }
}

/// That a name could not be resolved.
struct ResolutionFailure: Error, CustomStringConvertible {
    /// The resolver's own words.
    let description: String
}

private func getaddrinfoAddresses(of host: String) throws -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_protocol = Int32(IPPROTO_TCP)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else {
        throw ResolutionFailure(description: gai_strerror(status).map { String(cString: $0) } ?? "error \(status)")
    }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var entry = list
    while let current = entry {
        if let address = socketAddress(current.pointee) { addresses.append(address) }
        entry = current.pointee.ai_next
    }
    return addresses
}

private func socketAddress(_ info: addrinfo) -> SocketAddress? {
    guard let raw = UnsafeRawPointer(info.ai_addr) else { return nil }
    switch (info.ai_family, Int(info.ai_addrlen)) {
    case (AF_INET, MemoryLayout<sockaddr_in>.size...):
        return SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
    case (AF_INET6, MemoryLayout<sockaddr_in6>.size...):
        return SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
    default:
        return nil
    }
}
