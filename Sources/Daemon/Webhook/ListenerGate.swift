import NIOCore

/// Takes connections off a listening socket, and lets them in no faster than they are let go again: at once those that show a genuine
/// address, others while there is room.
///
/// Setting a connection up costs far more than looking at what it has sent, so in a flood a caller who is expected waits for no stranger.
/// It costs memory too, until its task has ended, which is later than its close where the processor is busy. NIO sets connections up
/// on event loops and gives them up without an answer if the listening socket closes meanwhile (`ServerBootstrap.AcceptHandler`), so that
/// one closes when each is set up.
final class ListenerGate: ChannelDuplexHandler {
    typealias InboundIn = any Channel
    typealias InboundOut = any Channel
    typealias OutboundIn = Never

    /// Asks, as an outbound event, to take no more and close.
    struct Close: Sendable {}

    private let connections: OpenConnections
    private let look: (any Channel) -> FirstSight
    private var porch: Porch<Waiting>
    private var beingSetUp = 0
    private var isHolding = false
    private var isClosing = false
    private var timer: Scheduled<Void>?

    /// One who waits, and what was seen of it.
    private struct Waiting {
        let connection: any Channel
        var sight: FirstSight
    }

    /// How often those who wait are looked at.
    private static let interval = TimeAmount.milliseconds(10)

    /// - Parameters:
    ///   - connections: those that were let in.
    ///   - porch: how many more may wait.
    ///   - look: looks at what a connection on the listener's event loop has sent.
    init(_ connections: OpenConnections, porch: Int, look: @escaping (any Channel) -> FirstSight) {
        self.connections = connections
        self.look = look
        self.porch = Porch(most: porch)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let loop = context.eventLoop
        let bound = NIOLoopBound((self, context), eventLoop: loop)
        connections.onRoom {
            loop.execute { bound.value.0.resume(bound.value.1) }
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        connections.onRoom(nil)
        timer?.cancel()
        for waiting in porch.empty() { waiting.connection.close(promise: nil) }
    }

    func read(context: ChannelHandlerContext) {
        guard connections.haveRoom(for: beingSetUp) else { return isHolding = true }
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var newcomer = Waiting(connection: unwrapInboundIn(data), sight: .unfinished)
        guard !receive(&newcomer, isNext: porch.isEmpty, context) else { return }
        let pushedOut = porch.add(newcomer)
        // Not only when the read is complete, which it never is where an accept fails.
        watchPorch(context)
        guard var oldest = pushedOut else { return }
        if !receive(&oldest, isNext: false, context) { oldest.connection.close(promise: nil) }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Close else { return context.triggerUserOutboundEvent(event, promise: promise) }
        isClosing = true
        context.channel.setOption(.autoRead, value: false).cascade(to: promise)
        // Nobody else will answer them.
        for waiting in porch.empty() { letIn(waiting.connection, isGenuine: false, context) }
        closeIfDone(context)
    }

    /// Lets a connection in if it may now, or closes it if it is over.
    ///
    /// - Parameters:
    ///   - waiting: one that was taken; a whole head that was seen of it is not looked at again.
    ///   - isNext: whether no other stranger has come before it.
    ///   - context: the listening socket's.
    /// - Returns: whether that was done.
    private func receive(_ waiting: inout Waiting, isNext: Bool, _ context: ChannelHandlerContext) -> Bool {
        if waiting.sight == .unfinished { waiting.sight = look(waiting.connection) }
        switch waiting.sight {
        case .gone:
            waiting.connection.close(promise: nil)
        case .genuine:
            letIn(waiting.connection, isGenuine: true, context)
        case .strange, .unfinished:
            guard isNext, connections.haveRoom(forStranger: waiting.sight, while: beingSetUp) else { return false }
            letIn(waiting.connection, isGenuine: false, context)
        }
        return true
    }

    private func letIn(_ connection: any Channel, isGenuine: Bool, _ context: ChannelHandlerContext) {
        if isGenuine { connections.expect(connection) }
        let isSetUp = context.eventLoop.makePromise(of: Void.self)
        beingSetUp += 1
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        isSetUp.futureResult.whenComplete { _ in
            let (gate, context) = bound.value
            if isGenuine { gate.connections.expectNoLonger(connection) }
            gate.beingSetUp -= 1
            gate.resume(context)
            gate.closeIfDone(context)
        }
        connection.closeFuture.cascade(to: isSetUp)
        connection.pipeline.addHandler(SetUp(isSetUp)).cascadeFailure(to: isSetUp)
        context.fireChannelRead(wrapInboundOut(connection))
    }

    /// Looks at those who wait, a little later, for as long as there are any.
    private func watchPorch(_ context: ChannelHandlerContext) {
        guard timer == nil, !porch.isEmpty else { return }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: Self.interval) {
            let (gate, context) = bound.value
            gate.timer = nil
            for var waiting in gate.porch.empty() where !gate.receive(&waiting, isNext: true, context) {
                _ = gate.porch.add(waiting)
            }
            gate.watchPorch(context)
        }
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard isHolding, !isClosing, connections.haveRoom(for: beingSetUp) else { return }
        isHolding = false
        context.read()
    }

    private func closeIfDone(_ context: ChannelHandlerContext) {
        guard isClosing, beingSetUp == 0 else { return }
        context.close(promise: nil)
    }
}

/// Says, on the connection itself, that it is set up.
private final class SetUp: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = ByteBuffer

    private let isSetUp: EventLoopPromise<Void>

    init(_ isSetUp: EventLoopPromise<Void>) {
        self.isSetUp = isSetUp
    }

    func channelActive(context: ChannelHandlerContext) {
        isSetUp.succeed()
        context.fireChannelActive()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
