import Hummingbird
import NIOCore

/// A request's context that knows its connection, so that faults can cut it.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Closes the connection.
    ///
    /// Always throws, so that nothing is answered.
    func cut() async throws -> Never {
        try? await channel.close().get()
        throw ConnectionCut()
    }
}

/// The connection was cut by a fault.
struct ConnectionCut: Error {}
