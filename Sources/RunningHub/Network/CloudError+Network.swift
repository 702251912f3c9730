import AsyncHTTPClient
import Glibc
import Jobs
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
        case is DeadlinePassed:
            CloudError(
                .timedOut,
                Phrase("The server did not answer in time.", zh: "服务器没有及时应答。", ru: "Сервер не ответил вовремя."),
                cause: error
            )
        case is AnswerTooLong: CloudError(.badAnswer, "The answer is too long.", cause: error)
        default:
            unreachable(error)
                ?? CloudError(
                    .interrupted,
                    Phrase("The connection broke.", zh: "连接中断。", ru: "Соединение прервалось."),
                    cause: error
                )
        }
    }

    private static func client(_ error: HTTPClientError) -> CloudError {
        switch error {
        case .cancelled:
            CloudError(.cancelled, "The request was cancelled.", cause: error)
        case .readTimeout, .writeTimeout, .deadlineExceeded:
            CloudError(
                .timedOut,
                Phrase("The server did not answer in time.", zh: "服务器没有及时应答。", ru: "Сервер не ответил вовремя."),
                cause: error
            )
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout:
            CloudError(
                .unreachable,
                Phrase(
                    "No connection could be made in time.",
                    zh: "未能及时建立连接。",
                    ru: "Не удалось вовремя установить соединение."
                ),
                cause: error
            )
        default:
            CloudError(
                .interrupted,
                Phrase("The connection broke.", zh: "连接中断。", ru: "Соединение прервалось."),
                cause: error
            )
        }
    }

    /// The error for what can only come before a connection stands.
    private static func unreachable(_ error: any Error) -> CloudError? {
        switch error {
        case let error as NIOConnectionError where error.connectionErrors.isEmpty:
            CloudError(
                .unreachable,
                Phrase(
                    "The server's name could not be resolved.",
                    zh: "无法解析服务器的域名。",
                    ru: "Не удалось определить адрес сервера по имени."
                ),
                cause: error
            )
        case is NIOConnectionError:
            CloudError(
                .unreachable,
                Phrase(
                    "The server does not accept the connection.",
                    zh: "服务器不接受连接。",
                    ru: "Сервер не принимает соединение."
                ),
                cause: error
            )
        case is NIOSSLError, is NIOSSLExtraError:
            tls(error)
        case let error as IOError
        where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ENETDOWN, EADDRNOTAVAIL].contains(error.errnoCode):
            CloudError(
                .unreachable,
                Phrase(
                    "The server does not accept the connection.",
                    zh: "服务器不接受连接。",
                    ru: "Сервер не принимает соединение."
                ),
                cause: error
            )
        default:
            nil
        }
    }

    private static func tls(_ error: any Error) -> CloudError? {
        switch error {
        case NIOSSLError.handshakeFailed, is NIOSSLExtraError:
            CloudError(
                .unreachable,
                Phrase(
                    "The server's identity could not be verified (TLS).",
                    zh: "无法验证服务器的身份（TLS）。",
                    ru: "Не удалось проверить подлинность сервера (TLS)."
                ),
                cause: error
            )
        default:
            nil
        }
    }
}
