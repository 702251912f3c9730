import NIOCore
import NIOEmbedded
import Testing

@testable import Daemon

@Suite("Connections that give way", .timeLimit(.minutes(1)))
struct OpenConnectionsTests {
    /// A connection that is open.
    private func connection() async throws -> NIOAsyncTestingChannel {
        let channel = NIOAsyncTestingChannel()
        try await channel.testingEventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(LingeringClose(limit: .seconds(1), mostDiscarded: 0))
        }.get()
        try await channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1))
        return channel
    }

    @Test("With as many strangers as there may be, the oldest gives way, however many genuine callers there are.")
    func strangers() async throws {
        let connections = OpenConnections(most: 10, mostStrangers: 2)
        let genuine = try await connection()
        #expect(connections.admit(genuine))
        connections.trust(genuine)
        connections.trust(genuine)
        let (one, two, three) = (try await connection(), try await connection(), try await connection())
        #expect(connections.admit(one) && connections.admit(two) && connections.admit(three))
        try await one.closeFuture.get()
        #expect(two.isActive && three.isActive && genuine.isActive)
        connections.trust(two)
        let four = try await connection()
        #expect(connections.admit(four))
        #expect(three.isActive)
        for channel in [genuine, two, three, four] { try await channel.close() }
    }

    @Test("One whose request has come gives way last, until it is answered.")
    func asking() async throws {
        let connections = OpenConnections(most: 10, mostStrangers: 2)
        let (asking, silent, late) = (try await connection(), try await connection(), try await connection())
        #expect(connections.admit(asking) && connections.admit(silent))
        connections.asks(asking)
        #expect(connections.admit(late))
        try await silent.closeFuture.get()
        #expect(asking.isActive && late.isActive)
        connections.answered(asking)
        let last = try await connection()
        #expect(connections.admit(last))
        try await asking.closeFuture.get()
        #expect(late.isActive && last.isActive)
        for channel in [late, last] { try await channel.close() }
    }

    @Test("A silent stranger finds room while there are fewer than may be, one that has sent its request also beyond.")
    func strangersRoom() async throws {
        let connections = OpenConnections(most: 10, mostStrangers: 2)
        let (one, two) = (try await connection(), try await connection())
        #expect(connections.haveRoom(forStranger: .unfinished, while: 1))
        #expect(!connections.haveRoom(forStranger: .unfinished, while: 2))
        #expect(connections.admit(one) && connections.admit(two))
        #expect(!connections.haveRoom(forStranger: .unfinished, while: 0))
        #expect(connections.haveRoom(forStranger: .strange, while: 7))
        connections.asks(one)
        #expect(!connections.haveRoom(forStranger: .strange, while: 7))
        connections.answered(one)
        #expect(connections.haveRoom(forStranger: .strange, while: 7))
        connections.trust(two)
        #expect(connections.haveRoom(forStranger: .unfinished, while: 0))
        for channel in [one, two] { try await channel.close() }
    }

    @Test(
        "One that has shown a genuine address before it is taken in takes no stranger's place, and does not give way."
    )
    func expected() async throws {
        let connections = OpenConnections(most: 10, mostStrangers: 1)
        let (genuine, one, two) = (try await connection(), try await connection(), try await connection())
        #expect(connections.admit(one))
        connections.expect(genuine)
        #expect(connections.admit(genuine))
        #expect(one.isActive)
        connections.expect(two)
        connections.expectNoLonger(two)
        #expect(connections.admit(two))
        try await one.closeFuture.get()
        #expect(genuine.isActive && two.isActive)
        for channel in [genuine, two] { try await channel.close() }
    }

    @Test("Where all are about to be answered, the oldest gives way; where all are genuine, the newcomer.")
    func full() async throws {
        let connections = OpenConnections(most: 2, mostStrangers: 2)
        let (one, two, three, four) = (
            try await connection(), try await connection(), try await connection(), try await connection()
        )
        #expect(connections.admit(one) && connections.admit(two))
        connections.asks(one)
        connections.asks(two)
        #expect(connections.admit(three))
        try await one.closeFuture.get()
        connections.trust(two)
        connections.trust(three)
        #expect(!connections.admit(four))
        #expect(two.isActive && three.isActive)
        for channel in [two, three, four] { try await channel.close() }
    }

    @Test("No more are taken while many are closed but not let go, and the next as soon as one is.")
    func room() async throws {
        let connections = OpenConnections(most: 100, mostStrangers: 100)
        let (told, sink) = AsyncStream.makeStream(of: Void.self)
        connections.onRoom { sink.yield() }
        for _ in 1...64 {
            #expect(connections.haveRoom(for: 0) && !connections.haveRoom(for: 64))
            let channel = try await connection()
            #expect(connections.admit(channel))
            try await channel.close()
        }
        #expect(!connections.haveRoom(for: 0))
        connections.ended()
        for await _ in told { break }
        #expect(connections.haveRoom(for: 0) && !connections.haveRoom(for: 1))
    }
}
