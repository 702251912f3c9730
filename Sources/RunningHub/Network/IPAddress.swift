package import enum NIOCore.SocketAddress

/// The bytes of an IP address, for deciding where it leads.
package struct IPAddress: Sendable, Hashable {
    /// Four bytes, or sixteen.
    let bytes: [UInt8]

    /// Reads an address in its usual notation; `nil` for anything else, the shorthand notations of version 4 too.
    package init?(_ text: String) {
        guard let address = try? SocketAddress(ipAddress: text, port: 0) else { return nil }
        self.init(address)
    }

    /// Takes the IP address out of a socket address; `nil` for a Unix socket.
    package init?(_ address: SocketAddress) {
        // The address follows the family and the port in `sockaddr_in`, and the flow information too in `sockaddr_in6` (ip(7), ipv6(7)).
        let range: Range<Int>
        switch address {
        case .v4: range = 4..<8
        case .v6: range = 8..<24
        case .unixDomainSocket: return nil
        }
        bytes = address.withSockAddr { pointer, size in
            Array(UnsafeRawBufferPointer(start: pointer, count: size)[range])
        }
    }

    private init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// Whether it leads to this machine alone: 127.0.0.0/8 (RFC 1122 §3.2.1.3) or ::1 (RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Why no result may come from this address, as the end of «… leads to»; `nil` where it is an ordinary address of the internet.
    ///
    /// The ranges are those of the IANA special-purpose registries (RFC 6890) that do not lead to a public host. Addresses of version 6
    /// that only carry one of version 4 (mapped, compatible, NAT64, 6to4, Teredo) are judged by that one, or refused.
    package var reserved: String? {
        bytes.count == 4 ? reservedVersion4 : reservedVersion6
    }

    private var reservedVersion4: String? {
        switch (bytes[0], bytes[1], bytes[2]) {
        case (0, _, _): "an unspecified address"
        case (127, _, _): "a loopback address"
        case (10, _, _), (172, 16...31, _), (192, 168, _): "a private network"
        case (100, 64...127, _): "a carrier's private network"
        case (169, 254, _): "a link-local address"
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 18...19, _), (198, 51, 100), (203, 0, 113):
            "a reserved address"
        case (224...239, _, _): "a multicast address"
        case (240..., _, _): "a reserved address"
        default: nil
        }
    }

    private var reservedVersion6: String? {
        if let carried = carriedVersion4 { return carried.reserved }
        switch (bytes[0], bytes[1]) {
        case (0xFF, _): return "a multicast address"
        case (0xFE, 0x80...0xBF): return "a link-local address"
        case (0xFE, 0xC0...), (0xFC...0xFD, _): return "a private network"
        default: break
        }
        if bytes.dropLast().allSatisfy({ $0 == 0 }) {
            return bytes[15] == 1 ? "a loopback address" : "an unspecified address"
        }
        // Only 2000::/3 is given out as global unicast (RFC 4291, 2.4); 2001::/23 and 2001:db8::/32 in it are not (RFC 2928, RFC 3849).
        guard bytes[0] & 0xE0 == 0x20 else { return "a reserved address" }
        if bytes.starts(with: [0x20, 0x01]), bytes[2] < 2 || bytes[2...3].elementsEqual([0x0D, 0xB8]) {
            return "a reserved address"
        }
        return nil
    }

    /// The address of version 4 that this one of version 6 stands for.
    private var carriedVersion4: IPAddress? {
        let zeros = bytes.prefix(10).allSatisfy { $0 == 0 }
        if zeros, bytes[10...11].elementsEqual([0xFF, 0xFF]) { return IPAddress(bytes[12...]) }
        // IPv4-compatible (RFC 4291, 2.5.5.1); :: and ::1 are not of them.
        if zeros, bytes[10...11].elementsEqual([0, 0]), bytes[12...14].contains(where: { $0 != 0 }) {
            return IPAddress(bytes[12...])
        }
        if bytes.starts(with: [0x00, 0x64, 0xFF, 0x9B]) {
            // 64:ff9b::/96 (RFC 6052); 64:ff9b:1::/48 is for private translation (RFC 8215) and judged as loopback would be.
            return bytes[4...11].allSatisfy({ $0 == 0 }) ? IPAddress(bytes[12...]) : IPAddress([127, 0, 0, 1])
        }
        if bytes.starts(with: [0x20, 0x02]) { return IPAddress(bytes[2...5]) }
        return nil
    }
}
