import Glibc
import Systemd

/// Who waits on a handed-over socket while the daemon cannot start.
///
/// A process that ends with connections waiting is started again for them at once, until systemd puts the socket unit into `failed` for good:
/// measured on systemd 252. So they are answered, with 503, and come again.
struct WaitingCallers: Sendable {
    let sockets: [HandedSocket]

    private static let answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 60\r\nConnection: close\r\n\r\n"
    /// At most so many, so that a flood does not keep the process from ending.
    private static let most = 4096

    /// Answers everybody who waits now.
    func turnAway() async {
        for socket in sockets {
            let flags = fcntl(socket.descriptor, F_GETFL)
            _ = fcntl(socket.descriptor, F_SETFL, flags | O_NONBLOCK)
            for _ in 0..<Self.most {
                let connection = accept(socket.descriptor, nil, nil)
                guard connection >= 0 else { break }
                _ = fcntl(connection, F_SETFL, O_NONBLOCK)
                // What the caller has sent is read first: closing over unread bytes would reset the connection, answer and all.
                var buffer = [UInt8](repeating: 0, count: 16384)
                _ = read(connection, &buffer, buffer.count)
                _ = Self.answer.withCString { send(connection, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                shutdown(connection, Int32(SHUT_WR))
                close(connection)
            }
        }
    }
}
