import HummingbirdCore
package import NIOCore
package import NIOHTTPTypes
import Synchronization

/// A connection that was taken, and closes itself if nobody comes to serve it.
///
/// NIO ends the process when a `NIOAsyncChannel` is let go unserved ("Deinited NIOAsyncWriter without calling finish()"), and lets go of
/// connections itself: `ServerBootstrap` drops those whose set-up ends after the listening socket has closed
/// (`NIOAsyncChannelHandler._deliverReads`), and those that wait in its sequence when the task that takes them is cancelled.
package final class HTTPConnection: ServerChildChannelValue {
    package let channel: any Channel

    private let unserved: Mutex<Content?>

    package typealias Content = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    init(_ content: Content) {
        channel = content.channel
        unserved = Mutex(content)
    }

    deinit {
        guard let content = take() else { return }
        // Unstructured, since whoever let go is not waiting; it ends as soon as the connection is closed.
        Task { try? await content.executeThenClose { _, _ in } }
    }

    /// The connection itself, for the one who serves it; nothing the second time.
    func take() -> Content? {
        unserved.withLock { content in
            defer { content = nil }
            return content
        }
    }
}
