import AsyncHTTPClient
import Glibc
import NIOCore
import NIOPosix
import NIOSSL

extension CloudError {
    /// The error for what the network threw.
    static func network(_ error: any Error) -> CloudError {
        switch error {
        case let error as CloudError: error
        case let error as HTTPClientError: client(error)
        case is CancellationError: CloudError(.cancelled, "The request was cancelled.", cause: error)
        case is DeadlinePassed: CloudError(.timedOut, "The server did not answer in time.", cause: error)
        case is AnswerTooLong: CloudError(.badAnswer, "The answer is too long.", cause: error)
        default: unreachable(error) ?? CloudError(.interrupted, "The connection broke.", cause: error)
        }
    }

    private static func client(_ error: HTTPClientError) -> CloudError {
        switch error {
        case .cancelled:
            CloudError(.cancelled, "The request was cancelled.", cause: error)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            CloudError(.timedOut, "The server did not answer in time.", cause: error)
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            CloudError(.unreachable, "No connection could be made in time.", cause: error)
        default:
            CloudError(.interrupted, "The connection broke.", cause: error)
        }
    }

    /// The error for what can only come before a connection stands.
    private static func unreachable(_ error: any Error) -> CloudError? {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            CloudError(.unreachable, "The server's name could not be resolved.", cause: error)
        case is NIOConnectionError:
            CloudError(.unreachable, "The server does not accept the connection.", cause: error)
        case is NIOSSLError, is NIOSSLExtraError:
            tls(error)
        case let error as IOError
        where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL].contains(error.errnoCode):
            CloudError(.unreachable, "The server does not accept the connection.", cause: error)
        default:
            nil
        }
    }

    private static func tls(_ error: any Error) -> CloudError? {
        switch error {
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            CloudError(.unreachable, "The server's identity could not be verified (TLS).", cause: error)
        default:
            nil
        }
    }
}
