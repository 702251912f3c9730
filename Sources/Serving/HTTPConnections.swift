package import HummingbirdCore
package import Logging
package import NIOCore

/// HTTP/1 connections of a server that may stop at any moment.
///
/// Stands in for Hummingbird's `HTTP1Channel`, whose connections end the process when they are dropped unserved.
package struct HTTPConnections: ServerChildChannel {
    private let http: HTTP1Channel

    /// - Parameters:
    ///   - configuration: of each connection.
    ///   - responder: answers the requests.
    package init(configuration: HTTP1Channel.Configuration = .init(), responder: @escaping HTTP1Channel.Responder) {
        http = HTTP1Channel(responder: responder, configuration: configuration)
    }

    package func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTPConnection> {
        http.setup(channel: channel, logger: logger).map(HTTPConnection.init)
    }

    package func handle(value: HTTPConnection, logger: Logger) async {
        guard let connection = value.take() else { return }
        await http.handle(value: connection, logger: logger)
    }
}

extension HTTPServerBuilder {
    /// HTTP/1 for an `Application` that may stop while connections come in.
    ///
    /// - Parameter configuration: of each connection.
    /// - Returns: what `Application` is to be made with.
    package static func connections(_ configuration: HTTP1Channel.Configuration = .init()) -> HTTPServerBuilder {
        HTTPServerBuilder { HTTPConnections(configuration: configuration, responder: $0) }
    }
}
