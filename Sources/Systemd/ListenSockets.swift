internal import CSystemd
internal import Glibc

/// A listening stream socket that the service manager handed over.
package struct HandedSocket: Sendable, Hashable {
    /// Its `FileDescriptorName=`.
    package let name: String

    /// Open, close-on-exec, and the receiver's to close; the service manager keeps a copy of its own.
    package let descriptor: CInt

    /// The length of the accept queue that the socket unit asked for (`Backlog=`, as the kernel capped it).
    ///
    /// Nil for a socket that is not TCP. See ``ListenSockets/listen(_:backlog:)``.
    package let backlog: Int?
}

/// The sockets that the service manager opened for this process (sd_listen_fds(3)).
package enum ListenSockets {
    /// Why a handed-over descriptor cannot be used.
    package struct HandoverError: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// The handed-over sockets, in the unit's order; none when nothing was handed over.
    ///
    /// The environment is only read: changing it while other threads run is undefined. So a second call returns the same
    /// descriptors, and whoever took ownership of one must not ask again.
    ///
    /// - Parameter name: Only sockets of this `FileDescriptorName=`. Several `ListenStream=` of one unit share its name.
    /// - Returns: Checked sockets.
    /// - Throws: ``HandoverError`` where a descriptor so named is not a listening stream socket.
    package static func take(named name: String? = nil) throws -> [HandedSocket] {
        try descriptors()
            .filter { name == nil || $0.name == name }
            .map { try socket(named: $0.name, descriptor: $0.descriptor) }
    }

    /// Sets the accept queue's length anew.
    ///
    /// SwiftNIO calls listen(2) with 128 on a descriptor that it is given, which would leave `Backlog=` without effect:
    /// call this after its bind, with ``HandedSocket/backlog`` or the configured length.
    package static func listen(_ descriptor: CInt, backlog: Int) throws {
        guard Glibc.listen(descriptor, CInt(clamping: backlog)) == 0 else {
            throw HandoverError(
                description: "the length of the listener's queue could not be set: \(reason(errno))"
            )
        }
    }

    /// The length of a TCP listener's accept queue; nil for any other socket.
    package static func backlog(of descriptor: CInt) -> Int? {
        var info = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        guard sd_is_socket(descriptor, AF_UNSPEC, CInt(SOCK_STREAM.rawValue), 1) > 0,
            getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &info, &length) == 0
        else { return nil }
        // For a listener the kernel reports its sk_max_ack_backlog here (net/ipv4/tcp.c, tcp_get_info).
        return Int(info.tcpi_sacked)
    }

    /// Checks one descriptor.
    static func socket(named name: String, descriptor: CInt) throws -> HandedSocket {
        let answer = sd_is_socket(descriptor, AF_UNSPEC, CInt(SOCK_STREAM.rawValue), 1)
        guard answer >= 0 else {
            throw HandoverError(
                description:
                    "the descriptor \(descriptor), handed over as \"\(name)\", cannot be used: \(reason(-answer))"
            )
        }
        guard answer > 0 else {
            throw HandoverError(
                description:
                    "the descriptor \(descriptor), handed over as \"\(name)\", is not a listening stream socket; "
                    + "the socket unit needs ListenStream= and Accept=no"
            )
        }
        return HandedSocket(name: name, descriptor: descriptor, backlog: backlog(of: descriptor))
    }

    /// Every handed-over descriptor with its name; libsystemd has set close-on-exec on each.
    private static func descriptors() throws -> [(name: String, descriptor: CInt)] {
        var names: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        let count = sd_listen_fds_with_names(0, &names)
        guard count >= 0 else {
            throw HandoverError(description: "the handed-over sockets cannot be read: \(reason(-count))")
        }
        defer {
            for index in 0..<Int(count) { free(names?[index]) }
            free(names)
        }
        return (0..<count).map { index in
            let name = names?[Int(index)].map { String(cString: $0) }
            return (name ?? "unknown", firstDescriptor + index)
        }
    }

    /// SD_LISTEN_FDS_START.
    private static let firstDescriptor: CInt = 3

    private static func reason(_ number: CInt) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }
}
