import Glibc
import Logging
import Testing

@testable import Systemd

@Suite("Log lines as text", .timeLimit(.minutes(1)))
struct TextLogHandlerTests {
    @Test("A line is level, message and sorted metadata, without the message id")
    func line() {
        let line = TextLine(
            .make(level: .notice, error: Failure(description: "reset by peer")),
            metadata: ["job": "0a1b2c", "coins": "12", "message.id": .messageID("3e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1b")]
        )
        #expect(line.text == #"notice The file was uploaded coins=12 job=0a1b2c error="reset by peer""#)
    }

    @Test(
        "A value cannot end its word or its line early",
        arguments: [
            ("a b", #""a b""#), ("", #""""#), ("x=1", #""x=1""#), ("a\nerror forged", #""a\nerror forged""#),
            (#"say "hi""#, #""say \"hi\"""#), ("\u{1B}[31m", #"\u{1b}[31m"#), ("картина.png", "картина.png"),
        ]
    )
    func values(value: String, word: String) {
        #expect(TextLine(.make("Taken"), metadata: ["file": .string(value)]).text == "info Taken file=\(word)")
    }

    @Test("A logger writes each line whole to its descriptor, at its level")
    func logger() throws {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let descriptor = ends[1]
        var logger = Logger(label: "test") { _ in TextLogHandler(descriptor: descriptor) }
        logger[metadataKey: "pipeline"] = "paint"
        logger.debug("Not told")
        logger.info("Taken", metadata: ["file": .bytes([0x61, 0xFF])])
        close(descriptor)
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = read(ends[0], &buffer, buffer.count)
        try #require(count > 0)
        #expect(String(decoding: buffer[..<count], as: UTF8.self) == "info Taken file=a\u{FFFD} pipeline=paint\n")
    }

    @Test("Changing one logger leaves its copies as they were")
    func valueSemantics() {
        let handlers: [any LogHandler] = [TextLogHandler(), JournalLogHandler()]
        for handler in handlers {
            let first = Logger(label: "first") { _ in handler }
            var second = first
            second.logLevel = .error
            second[metadataKey: "only"] = "second"
            #expect(first.logLevel == .info)
            #expect(first[metadataKey: "only"] == nil)
            #expect(second[metadataKey: "only"] == "second")
        }
    }
}
