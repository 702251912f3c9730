import NIOCore
import Synchronization

/// The connections that were let in, and which of them gives way when there are too many.
///
/// A stranger who holds all of them must not keep RunningHub out: the oldest connection that has not shown a genuine address is closed
/// for a new one. One whose request has come gives way last, so however fast strangers come, a caller who speaks at once is answered.
final class OpenConnections: Sendable {
    private struct Connection: Sendable {
        let channel: any Channel
        /// It has shown a genuine address.
        var isTrusted = false
        /// It has sent the head of a request that is not answered yet.
        var isAsking = false
        /// It has been answered, and waits for its next request, if it has one.
        var hasAnswer = false

        /// A stranger still, and about to be answered.
        var isWaiting: Bool { isAsking && !isTrusted }
    }

    private struct State {
        var connections: [Int: Connection] = [:]
        var numbers: [ObjectIdentifier: Int] = [:]
        /// Those that have shown a genuine address already, and are about to be taken in.
        var expected: Set<ObjectIdentifier> = []
        /// How many have shown a genuine address.
        var trusted = 0
        /// How many strangers are about to be answered.
        var waiting = 0
        var next = 0
        /// No connection before this one can give way.
        var oldest = 0
        var isStopping = false
        /// How many were taken in and are still served, although they may be closed.
        var unended = 0
        /// Called once there is room for more, where there was none.
        var onRoom: (@Sendable () -> Void)?
        var isFull = false

        /// How many are closed, but not yet let go by the one who serves them.
        var leaving: Int { unended - connections.count }

        mutating func remove(_ number: Int) -> Connection? {
            guard let connection = connections.removeValue(forKey: number) else { return nil }
            numbers[ObjectIdentifier(connection.channel)] = nil
            if connection.isTrusted { trusted -= 1 }
            if connection.isWaiting { waiting -= 1 }
            return connection
        }

        mutating func change(_ channel: any Channel, _ body: (inout Connection) -> Void) {
            guard let number = numbers[ObjectIdentifier(channel)], var connection = connections[number] else { return }
            let before = connection
            body(&connection)
            trusted += (connection.isTrusted ? 1 : 0) - (before.isTrusted ? 1 : 0)
            waiting += (connection.isWaiting ? 1 : 0) - (before.isWaiting ? 1 : 0)
            connections[number] = connection
        }

        /// What is to be called where there is room again after there was none.
        mutating func madeRoom() -> (@Sendable () -> Void)? {
            guard isFull, leaving < OpenConnections.mostOnTheWay else { return nil }
            isFull = false
            return onRoom
        }

        /// Removes the oldest stranger, if there is one, and rather one that keeps its request to itself than one that is about to
        /// be answered.
        mutating func removeOldest() -> Connection? {
            while oldest < next, connections[oldest]?.isTrusted ?? true { oldest += 1 }
            var chosen: Int?
            for number in oldest..<next {
                guard let connection = connections[number], !connection.isTrusted else { continue }
                guard connection.isAsking else { return remove(number) }
                chosen = chosen ?? number
            }
            return chosen.flatMap { remove($0) }
        }
    }

    private let state = Mutex(State())
    private let most: Int
    private let mostStrangers: Int
    /// That may be on their way in or out.
    private static let mostOnTheWay = 64
    /// Of them, strangers, with those that are about to be answered: genuine callers wait for no more.
    private static let mostStrangersOnTheWay = 8

    /// - Parameters:
    ///   - most: connections in all.
    ///   - mostStrangers: of them, those that have not shown a genuine address.
    init(most: Int, mostStrangers: Int) {
        self.most = most
        self.mostStrangers = mostStrangers
    }

    /// Takes a connection in until it closes, in place of another if it must.
    ///
    /// - Returns: false where all connections are of genuine callers, and there is no room.
    func admit(_ channel: any Channel) -> Bool {
        let (number, evicted) = state.withLock { state -> (Int?, Connection?) in
            var evicted: Connection?
            let count = state.connections.count
            let isTrusted = state.expected.remove(ObjectIdentifier(channel)) != nil
            if count >= most || (!isTrusted && count - state.trusted >= mostStrangers) {
                evicted = state.removeOldest()
                guard evicted != nil else { return (nil, nil) }
            }
            let number = state.next
            state.next += 1
            state.connections[number] = Connection(channel: channel, isTrusted: isTrusted)
            if isTrusted { state.trusted += 1 }
            state.numbers[ObjectIdentifier(channel)] = number
            state.unended += 1
            return (number, evicted)
        }
        evicted?.channel.triggerUserOutboundEvent(LingeringClose.AtOnce(), promise: nil)
        guard let number else { return false }
        channel.closeFuture.whenComplete { _ in
            let onRoom = self.state.withLock { state in
                _ = state.remove(number)
                return state.madeRoom()
            }
            onRoom?()
        }
        return true
    }

    /// A connection that was taken in is no longer served: nothing of it is left.
    func ended() {
        let onRoom: (@Sendable () -> Void)? = state.withLock { state in
            state.unended -= 1
            return state.madeRoom()
        }
        onRoom?()
    }

    /// Whether another connection may be taken off the listening socket, while so many are being set up.
    ///
    /// Where it may not, ``onRoom(_:)`` tells when to ask again.
    func haveRoom(for beingSetUp: Int) -> Bool {
        state.withLock { state in
            state.isFull = state.leaving + beingSetUp >= Self.mostOnTheWay
            return !state.isFull
        }
    }

    /// Whether a stranger may be let in now, while so many are being set up.
    ///
    /// One that has sent its request may, even where another has to give way, as soon as few others are about to be answered.
    func haveRoom(forStranger sight: FirstSight, while beingSetUp: Int) -> Bool {
        state.withLock { state in
            guard state.leaving + state.waiting + beingSetUp < Self.mostStrangersOnTheWay else { return false }
            return sight == .strange || state.connections.count - state.trusted + beingSetUp < mostStrangers
        }
    }

    /// A connection that is about to be taken in has shown a genuine address.
    func expect(_ channel: any Channel) {
        state.withLock { _ = $0.expected.insert(ObjectIdentifier(channel)) }
    }

    /// A connection that was expected has been taken in, or is over.
    func expectNoLonger(_ channel: any Channel) {
        state.withLock { _ = $0.expected.remove(ObjectIdentifier(channel)) }
    }

    /// Sets what is called, on any thread, when there may be room again.
    func onRoom(_ body: (@Sendable () -> Void)?) {
        state.withLock { $0.onRoom = body }
    }

    /// The head of a request has come on a connection: others give way before it, until it is answered.
    func asks(_ channel: any Channel) {
        state.withLock { $0.change(channel) { $0.isAsking = true } }
    }

    /// A connection has shown a genuine address: it no longer gives way.
    func trust(_ channel: any Channel) {
        let onRoom = state.withLock { state in
            state.change(channel) { $0.isTrusted = true }
            return state.madeRoom()
        }
        onRoom?()
    }

    /// A connection's request was answered; once the listener stops, it takes no other.
    func answered(_ channel: any Channel) {
        let (isStopping, onRoom) = state.withLock { state in
            state.change(channel) {
                $0.hasAnswer = true
                $0.isAsking = false
            }
            let isOpen = state.numbers[ObjectIdentifier(channel)] != nil
            return (isOpen && state.isStopping, state.madeRoom())
        }
        onRoom?()
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
