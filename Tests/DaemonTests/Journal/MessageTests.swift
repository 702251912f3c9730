import Jobs
import Testing

@testable import Daemon

@Suite("Messages", .timeLimit(.minutes(1)))
struct MessageTests {
    @Test("Every message has an id of its own: 32 hexadecimal digits in lower case")
    func ids() {
        let ids = Message.allCases.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
    }

    @Test("Every step of a job's life has a message of its own")
    func stories() {
        let messages = Story.Kind.allCases.compactMap(Message.init)
        #expect(messages.count == Story.Kind.allCases.count)
        #expect(Set(messages).count == messages.count)
    }
}
