import NIOCore
import Synchronization

/// The connections that are open, and which of them gives way when there are too many.
///
/// A stranger who holds all of them must not keep RunningHub out: the oldest connection that has not shown a genuine address is closed
/// for a new one.
final class OpenConnections: Sendable {
    private struct Connection: Sendable {
        let channel: any Channel
        /// It has shown a genuine address.
        var isTrusted = false
        /// It has been answered, and waits for its next request, if it has one.
        var hasAnswer = false
    }

    private struct State {
        var connections: [Int: Connection] = [:]
        var numbers: [ObjectIdentifier: Int] = [:]
        var next = 0
        /// No connection before this one can give way.
        var oldest = 0
        var isStopping = false

        mutating func remove(_ number: Int) -> Connection? {
            guard let connection = connections.removeValue(forKey: number) else { return nil }
            numbers[ObjectIdentifier(connection.channel)] = nil
            return connection
        }

        mutating func removeOldest() -> Connection? {
            while oldest < next {
                if let connection = connections[oldest], !connection.isTrusted { return remove(oldest) }
                oldest += 1
            }
            return nil
        }
    }

    private let state = Mutex(State())
    private let most: Int

    init(most: Int) {
        self.most = most
    }

    /// Takes a connection in until it closes, in place of another if it must.
    ///
    /// - Returns: false where all connections are of genuine callers, and there is no room.
    func admit(_ channel: any Channel) -> Bool {
        let (number, evicted) = state.withLock { state -> (Int?, Connection?) in
            var evicted: Connection?
            if state.connections.count >= most {
                evicted = state.removeOldest()
                guard evicted != nil else { return (nil, nil) }
            }
            let number = state.next
            state.next += 1
            state.connections[number] = Connection(channel: channel)
            state.numbers[ObjectIdentifier(channel)] = number
            return (number, evicted)
        }
        evicted?.channel.triggerUserOutboundEvent(LingeringClose.AtOnce(), promise: nil)
        guard let number else { return false }
        channel.closeFuture.whenComplete { _ in _ = self.state.withLock { $0.remove(number) } }
        return true
    }

    /// A connection has shown a genuine address: it no longer gives way.
    func trust(_ channel: any Channel) {
        state.withLock { state in
            guard let number = state.numbers[ObjectIdentifier(channel)] else { return }
            state.connections[number]?.isTrusted = true
        }
    }

    /// A connection's request was answered; once the listener stops, it takes no other.
    func answered(_ channel: any Channel) {
        let isStopping = state.withLock { state in
            guard let number = state.numbers[ObjectIdentifier(channel)] else { return false }
            state.connections[number]?.hasAnswer = true
            return state.isStopping
        }
        if isStopping { quiesce(channel) }
    }

    /// From now on each connection has one request: those that had theirs are closed, the others when it is answered.
    func stop() {
        let channels = state.withLock { state in
            state.isStopping = true
            return state.connections.values.filter(\.hasAnswer).map(\.channel)
        }
        for channel in channels { quiesce(channel) }
    }

    /// Closes all connections on which no request is under way, and the others when it is answered.
    func quiesce() {
        let channels = state.withLock { $0.connections.values.map(\.channel) }
        for channel in channels { quiesce(channel) }
    }

    private func quiesce(_ channel: any Channel) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
