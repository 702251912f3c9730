import Foundation
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

    @Test("Every message has an entry in the catalog, with a subject and a text", arguments: Message.allCases)
    func isExplained(_ message: Message) throws {
        let entry = try #require(Catalog.entries[message.id], "no entry for \(message)")
        #expect(entry.contains("Subject: "))
        #expect(entry.contains("Defined-By: runninghubd"))
        let text = entry.components(separatedBy: "\n\n").dropFirst().joined()
        #expect(text.count > 40)
    }

    @Test("The catalog explains nothing that is never said")
    func isCurrent() {
        #expect(Set(Catalog.entries.keys) == Set(Message.allCases.map(\.id)))
    }

    @Test("Every step of a job's life has a message of its own")
    func stories() {
        let messages = Story.Kind.allCases.compactMap(Message.init)
        #expect(messages.count == Story.Kind.allCases.count)
        #expect(Set(messages).count == messages.count)
    }
}

/// The catalog as it is shipped.
private enum Catalog {
    static let entries: [String: String] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../systemd/runninghubd.catalog")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [:] }
        let parts = text.components(separatedBy: "\n-- ").dropFirst()
        return Dictionary(parts.map { (String($0.prefix(32)), $0) }) { first, _ in first }
    }()
}
