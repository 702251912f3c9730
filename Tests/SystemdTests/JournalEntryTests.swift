import Logging
import Testing

@testable import Systemd

@Suite("Journal entries", .timeLimit(.minutes(1)))
struct JournalEntryTests {
    private static let id: MessageID = "3e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1b"

    @Test("An entry carries message, priority, identifier and code location, in that order")
    func standardFields() {
        let entry = JournalEntry(.make(level: .warning), metadata: [:])
        #expect(
            entry.vectors.map { String(decoding: $0, as: UTF8.self) } == [
                "MESSAGE=The file was uploaded", "PRIORITY=4", "SYSLOG_IDENTIFIER=runninghubd",
                "CODE_FILE=Daemon/Engine.swift", "CODE_LINE=42", "CODE_FUNC=upload(_:)",
            ]
        )
    }

    @Test(
        "Metadata keys become names that journald takes",
        arguments: [
            ("job", "RUNNINGHUB_JOB"), ("duration.ms", "RUNNINGHUB_DURATION_MS"),
            ("hb.request-id", "RUNNINGHUB_HB_REQUEST_ID"), ("Größe", "RUNNINGHUB_GR____E"),
            ("message", "RUNNINGHUB_MESSAGE"), ("_PID", "RUNNINGHUB__PID"), ("", "RUNNINGHUB_"),
            (String(repeating: "x", count: 99), "RUNNINGHUB_" + String(repeating: "X", count: 53)),
        ]
    )
    func names(key: String, name: String) {
        let entry = JournalEntry(.make(), metadata: [key: "value"])
        #expect(entry[name] == ["value"])
        #expect(entry.fields.count == 7)
    }

    @Test("Bytes that are not UTF-8 reach the journal unchanged")
    func rawBytes() {
        let name: [UInt8] = [0x63, 0xFF, 0x0A, 0x2E, 0x70]
        let entry = JournalEntry(.make(), metadata: ["file": .bytes(name)])
        #expect(entry.vectors.last == Array("RUNNINGHUB_FILE=".utf8) + name)
    }

    @Test("Nested values are flattened, and an array gives its field once for each element")
    func nested() {
        let entry = JournalEntry(
            .make(),
            metadata: [
                "usage": .dictionary(["coins": "12", "by": .dictionary(["node": "7"])]),
                "outputs": .array(["a.png", .bytes([0xFF]), .stringConvertible(3)]),
            ]
        )
        #expect(entry["RUNNINGHUB_USAGE_COINS"] == ["12"])
        #expect(entry["RUNNINGHUB_USAGE_BY_NODE"] == ["7"])
        #expect(entry["RUNNINGHUB_OUTPUTS"] == ["a.png", "\u{FFFD}", "3"])
    }

    @Test("A message id becomes MESSAGE_ID and no field of ours")
    func messageID() {
        let entry = JournalEntry(.make(), metadata: ["message.id": .messageID(Self.id)])
        #expect(entry["MESSAGE_ID"] == ["3e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1b"])
        #expect(entry["RUNNINGHUB_MESSAGE_ID"].isEmpty)
    }

    @Test("A message id that is none stays a field of ours")
    func wrongMessageID() {
        let entry = JournalEntry(.make(), metadata: ["message.id": "upload"])
        #expect(entry["MESSAGE_ID"].isEmpty)
        #expect(entry["RUNNINGHUB_MESSAGE_ID"] == ["upload"])
    }

    @Test("The error of an event is told")
    func error() {
        let entry = JournalEntry(.make(error: Failure(description: "no space left")), metadata: [:])
        #expect(entry["RUNNINGHUB_ERROR"] == ["no space left"])
    }

    @Test("A message stays one line and moves no cursor, whatever name is in it")
    func oneLine() {
        let entry = JournalEntry(.make("took \("a\nb\u{1B}[2J\u{202E}c")"), metadata: [:])
        #expect(entry["MESSAGE"] == ["took a\\nb\\u{1b}[2J\\u{202e}c"])
    }

    @Test("A long value is cut at a character", arguments: ["", "x"])
    func longValue(shift: String) {
        let text = shift + String(repeating: "é", count: 20_000)
        let value = JournalEntry(.make(), metadata: ["body": .string(text)]).fields.last?.value ?? []
        #expect(value.count <= JournalEntry.longestValue)
        #expect(value.count > JournalEntry.longestValue - 8)
        #expect(String(validating: value, as: UTF8.self)?.hasSuffix("é…") == true)
    }

    @Test("A long value of any bytes is cut, too")
    func longBytes() {
        let entry = JournalEntry(.make(), metadata: ["file": .bytes(Array(repeating: 0x80, count: 1 << 20))])
        #expect(entry.fields.last.map { $0.value.count <= JournalEntry.longestValue } == true)
    }

    @Test("The number of fields is bounded")
    func manyFields() {
        let entry = JournalEntry(.make(), metadata: ["n": .array((0..<5000).map { .stringConvertible($0) })])
        #expect(entry["RUNNINGHUB_N"].count == JournalEntry.mostFields)
    }

    @Test("Values nested without end are written without recursing on")
    func deep() {
        var value: Logger.MetadataValue = "end"
        for _ in 0..<50 { value = .dictionary(["k": value]) }
        #expect(JournalEntry(.make(), metadata: ["deep": value]).fields.count == 7)
    }

    @Test("The event's metadata wins over the provider's, and the provider's over the handler's")
    func precedence() {
        let provider = Logger.MetadataProvider { ["a": "provider", "b": "provider"] }
        let merged = Logger.Metadata.merged(["a": "handler", "b": "handler", "c": "handler"], provider, ["a": "event"])
        #expect(merged == ["a": "event", "b": "provider", "c": "handler"])
    }

    @Test(
        "Levels have the priorities of syslog",
        arguments: zip(Logger.Level.allCases, [7, 7, 6, 5, 4, 3, 2])
    )
    func priorities(level: Logger.Level, priority: Int) {
        #expect(level.journalPriority == priority)
    }
}
