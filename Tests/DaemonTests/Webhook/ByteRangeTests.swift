import Testing

@testable import Daemon

@Suite("Parts of a file", .timeLimit(.minutes(1)))
struct ByteRangeTests {
    @Test(
        "A range is read as RFC 9110 has it; what it lets be ignored is ignored.",
        arguments: [
            (nil, .whole), ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=-", .whole),
            ("bytes=0-", .part(0..<1000)), ("bytes=0-0", .part(0..<1)), ("Bytes=10-19", .part(10..<20)),
            ("bytes=999-", .part(999..<1000)), ("bytes=990-5000", .part(990..<1000)), ("bytes=-1", .part(999..<1000)),
            ("bytes=-5000", .part(0..<1000)), ("bytes=0-9223372036854775807", .part(0..<1000)),
            ("bytes=0-99999999999999999999999", .part(0..<1000)), ("bytes=1000-", .unsatisfiable),
            ("bytes=99999999999999999999999-", .unsatisfiable), ("bytes=-0", .unsatisfiable),
            ("bytes=20-10", .whole), ("bytes=0-1,5-6", .whole), ("bytes=a-b", .whole), ("bytes=+1-2", .whole),
            ("items=0-1", .whole), ("bytes=0-1-2", .whole),
        ] as [(String?, ByteRange)]
    )
    func read(field: String?, range: ByteRange) {
        #expect(ByteRange(field, length: 1000) == range)
    }

    @Test("An empty file has no parts.")
    func empty() {
        #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-1", length: 0) == .unsatisfiable)
        #expect(ByteRange(nil, length: 0) == .whole)
    }
}
