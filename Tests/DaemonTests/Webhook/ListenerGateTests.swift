import NIOCore
import NIOEmbedded
import Testing

@testable import Daemon

@Suite("Who is let in first", .timeLimit(.minutes(1)))
struct ListenerGateTests {
    /// A listening socket with a gate, and what the callers at it have sent.
    private final class Fixture {
        let loop = EmbeddedEventLoop()
        let connections = OpenConnections(most: 1000, mostStrangers: 2)
        let listener: EmbeddedChannel
        private(set) var callers: [EmbeddedChannel] = []
        var sights: [FirstSight] = []
        private var closed: Set<Int> = []

        init(porch: Int) throws {
            listener = EmbeddedChannel(loop: loop)
            let gate = ListenerGate(connections, porch: porch) { [unowned self] channel in
                callers.firstIndex { $0 === channel }.map { sights[$0] } ?? .gone
            }
            try listener.pipeline.syncOperations.addHandler(gate)
            // As the listener's own set-up does.
            try listener.pipeline.syncOperations.addHandler(Admitting(connections: connections))
        }

        /// Another caller has come, and shows this.
        func comes(_ sight: FirstSight) throws {
            let caller = EmbeddedChannel(handler: LingeringClose(limit: .seconds(1), mostDiscarded: 0), loop: loop)
            let number = callers.count
            caller.closeFuture.assumeIsolated().whenComplete { [weak self] _ in self?.closed.insert(number) }
            callers.append(caller)
            sights.append(sight)
            listener.pipeline.fireChannelRead(caller as any Channel)
            loop.run()
        }

        /// The numbers of those that were let in, in their order.
        func letIn() throws -> [Int] {
            var numbers: [Int] = []
            while let caller = try listener.readInbound(as: (any Channel).self) {
                if let number = callers.firstIndex(where: { $0 === caller }) { numbers.append(number) }
            }
            return numbers
        }

        func isOpen(_ number: Int) -> Bool { !closed.contains(number) }

        func finish() throws {
            for caller in callers { _ = try? caller.finish(acceptAlreadyClosed: true) }
            _ = try listener.finish(acceptAlreadyClosed: true)
        }
    }

    private final class Admitting: ChannelInboundHandler {
        typealias InboundIn = any Channel
        typealias InboundOut = any Channel

        let connections: OpenConnections

        init(connections: OpenConnections) {
            self.connections = connections
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let channel = unwrapInboundIn(data)
            #expect(connections.admit(channel))
            context.fireChannelRead(data)
            // It is set up.
            channel.pipeline.fireChannelActive()
        }
    }

    @Test("While there is room everybody is let in at once.")
    func room() throws {
        let fixture = try Fixture(porch: 2)
        try fixture.comes(.unfinished)
        try fixture.comes(.strange)
        #expect(try fixture.letIn() == [0, 1])
        try fixture.finish()
    }

    @Test("Where silent strangers hold all places, a genuine caller is let in past those who wait.")
    func genuineFirst() throws {
        let fixture = try Fixture(porch: 2)
        for _ in 0..<4 { try fixture.comes(.unfinished) }
        #expect(try fixture.letIn() == [0, 1])
        try fixture.comes(.genuine)
        #expect(try fixture.letIn() == [4])
        #expect((0..<5).allSatisfy(fixture.isOpen))
        try fixture.finish()
    }

    @Test("Of those who wait the oldest is closed for the next, unless its request has come meanwhile.")
    func oldestLeaves() throws {
        let fixture = try Fixture(porch: 2)
        for _ in 0..<4 { try fixture.comes(.unfinished) }
        #expect(try fixture.letIn() == [0, 1])
        try fixture.comes(.unfinished)
        #expect(!fixture.isOpen(2) && fixture.isOpen(3) && fixture.isOpen(4))
        fixture.sights[3] = .genuine
        try fixture.comes(.unfinished)
        #expect(try fixture.letIn() == [3])
        #expect(fixture.isOpen(3) && fixture.isOpen(4) && fixture.isOpen(5))
        try fixture.finish()
    }

    @Test("Those who wait are looked at again and again: who shows a genuine address, asks or has room is let in.")
    func watched() throws {
        let fixture = try Fixture(porch: 10)
        for _ in 0..<6 { try fixture.comes(.unfinished) }
        #expect(try fixture.letIn() == [0, 1])
        fixture.sights[3] = .genuine
        fixture.sights[4] = .strange
        fixture.sights[5] = .gone
        fixture.loop.advanceTime(by: .milliseconds(10))
        #expect(try fixture.letIn() == [3, 4])
        #expect(!fixture.isOpen(5))
        // The stranger that asks has taken the place of a silent one.
        #expect(!fixture.isOpen(0) && fixture.isOpen(1))
        fixture.callers[1].close(promise: nil)
        fixture.loop.run()
        #expect(!fixture.isOpen(1))
        fixture.loop.advanceTime(by: .milliseconds(10))
        #expect(try fixture.letIn() == [2])
        try fixture.finish()
    }

    @Test("At a stop those who wait are let in: nobody else will answer them.")
    func stop() throws {
        let fixture = try Fixture(porch: 10)
        for _ in 0..<4 { try fixture.comes(.unfinished) }
        #expect(try fixture.letIn() == [0, 1])
        fixture.listener.triggerUserOutboundEvent(ListenerGate.Close(), promise: nil)
        #expect(try fixture.letIn() == [2, 3])
        #expect(!fixture.listener.isActive)
        try fixture.finish()
    }

    @Test("When the listening socket is closed, those who wait are closed too.")
    func closed() throws {
        let fixture = try Fixture(porch: 10)
        for _ in 0..<4 { try fixture.comes(.unfinished) }
        _ = try fixture.listener.finish(acceptAlreadyClosed: true)
        #expect(!fixture.isOpen(2) && !fixture.isOpen(3))
        try fixture.finish()
    }
}
