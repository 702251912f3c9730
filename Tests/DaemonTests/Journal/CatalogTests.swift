import Jobs
import Testing

@testable import Daemon

/// What `journalctl -x` says about each message, in each language.
@Suite("The catalog", .timeLimit(.minutes(1)))
struct CatalogTests {
    @Test(
        "Every message is explained in every language, with a subject and a text",
        arguments: Message.allCases,
        Language.allCases
    )
    func isExplained(_ message: Message, language: Language) throws {
        let entry = try #require(
            Catalog(language).entries.first { $0.id == message.id },
            "\(Catalog.name(language)) says nothing about \(message) (\(message.id))"
        )
        #expect(!entry.subject.isEmpty && entry.text.count > (language == .zh ? 12 : 40))
        #expect(entry.header.contains("Defined-By: runninghubd"))
        #expect(entry.header.contains { $0.hasPrefix("Support: https://") })
        #expect(Self.isWritten(entry.subject, in: language) && Self.isWritten(entry.text, in: language))
    }

    @Test("It explains nothing that is never said, and nothing twice", arguments: Language.allCases)
    func isCurrent(language: Language) throws {
        let ids = try Catalog(language).entries.map(\.id)
        let said = Set(Message.allCases.map(\.id))
        #expect(Set(ids).subtracting(said).isEmpty)
        #expect(Set(ids).count == ids.count)
    }

    @Test("All languages have the same entries in the same order, with the same fields and commands")
    func agree() throws {
        let english = try Catalog(.en).entries
        for language in Language.allCases {
            let entries = try Catalog(language).entries
            #expect(entries.map(\.id) == english.map(\.id))
            for (entry, original) in zip(entries, english) {
                #expect(entry.fields == original.fields, "\(language) \(entry.id)")
                #expect(entry.commands == original.commands, "\(language) \(entry.id)")
            }
        }
    }

    /// A field that an entry does not have would be shown by its name.
    @Test("Only fields that every line of the message has are put into a text")
    func fields() throws {
        for entry in try Catalog(.en).entries {
            let message = try #require(Message.allCases.first { $0.id == entry.id })
            for field in entry.fields {
                #expect(Story.Kind.allCases.contains { Message($0) == message }, "\(message) is no step of a job")
                #expect(field == "RUNNINGHUB_JOB" || (field == "RUNNINGHUB_TASK" && message == .submitted))
            }
        }
    }

    @Test("Lines fit a terminal, and none is taken for a comment", arguments: Language.allCases)
    func lines(language: Language) throws {
        for line in try Catalog(language).entries.flatMap({ $0.text.split(separator: "\n") }) {
            let columns = line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
            #expect(columns <= 80, "\(line)")
            #expect(line.first != "#" && line.first != ";")
        }
    }

    private static func isWritten(_ text: String, in language: Language) -> Bool {
        let scalars = text.unicodeScalars
        return switch language {
        case .en: scalars.allSatisfy(\.isASCII)
        case .zh: scalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        case .ru: scalars.contains { (0x0410...0x044F).contains($0.value) }
        }
    }
}
