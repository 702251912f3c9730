import Glibc
import Testing

@testable import Daemon

@Suite("What a connection shows at first sight", .timeLimit(.minutes(1)))
struct FirstSightTests {
    private func sight(_ text: String) -> FirstSight {
        FirstSight(Array(text.utf8)[...]) { $0 == "/good" }
    }

    @Test(
        "A whole head with a genuine address is genuine, whatever else it says",
        arguments: [
            "POST /good HTTP/1.1\r\n\r\n", "POST /good?a=/bad HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\n{}",
            "x /good y\r\n\r\n", "POST /good HTTP/1.1\r\nX: \r\r\n\r\r\n\r\nmore",
        ]
    )
    func genuine(text: String) {
        #expect(sight(text) == .genuine)
    }

    @Test(
        "A head that has not all come says nothing yet, so that who trickles a genuine one is no better than silent",
        arguments: ["", "POST", "POST /good HTTP/1.1\r\n", "POST /good HTTP/1.1\r\nX: a\r\n\r", "\r\n\n\r\n", "\n\n"]
    )
    func unfinished(text: String) {
        #expect(sight(text) == .unfinished)
    }

    @Test(
        "Another address, and what is no request, is a stranger's",
        arguments: [
            "POST /bad HTTP/1.1\r\n\r\n", "POST /bad?/good HTTP/1.1\r\n\r\n", "POST  /good HTTP/1.1\r\n\r\n",
            "POST /good\r\n\r\n", "\r\n\r\n", "POST /bad HTTP/1.1\r\n\r\nPOST /good HTTP/1.1\r\n\r\n",
            "\u{FF}\u{0} \u{0} \r\n\r\n",
        ]
    )
    func strange(text: String) {
        #expect(sight(text) == .strange)
    }

    @Test("The end of a head is found wherever it stands", arguments: 0..<12)
    func end(padding: Int) {
        let start = "POST /good HTTP/1.1\r\nX: " + String(repeating: "a", count: padding)
        for ending in ["\r\n\r\n", "\r\r\n\r\n", "\n\r\n\r\n", "\r\n\n\r\n\r\n"] {
            for rest in ["", "{", "{}\r", "\r\n"] { #expect(sight(start + ending + rest) == .genuine) }
            #expect(sight(start + String(decoding: ending.utf8.dropLast(), as: UTF8.self)) == .unfinished)
        }
        #expect(sight(start + "\r\n\n\r\r\n") == .unfinished)
    }

    @Test("What is longer than is looked at is a stranger's, however it goes on")
    func long() {
        let start = "POST /good HTTP/1.1\r\nX: "
        let end = "\r\n\r\n"
        let room = FirstSight.length - start.utf8.count - end.utf8.count
        #expect(sight(start + String(repeating: "a", count: room) + end) == .genuine)
        // One byte more, of which the last is not looked at.
        let seen = Array((start + String(repeating: "a", count: room + 1) + end).utf8).prefix(FirstSight.length)
        #expect(FirstSight(seen) { $0 == "/good" } == .strange)
    }

    @Test("A socket is looked at without taking anything from it, and one whose peer has left is gone")
    func socket() throws {
        var ends: [CInt] = [0, 0]
        try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[0]) }
        var room = [UInt8](repeating: 0, count: FirstSight.length)
        let judge: (ArraySlice<UInt8>) -> FirstSight = { FirstSight($0) { $0 == "/good" } }
        #expect(FirstSight.of(ends[0], in: &room, judge: judge) == .unfinished)
        let request = Array("POST /good HTTP/1.1\r\n\r\n".utf8)
        #expect(write(ends[1], request, request.count) == request.count)
        for _ in 1...2 { #expect(FirstSight.of(ends[0], in: &room, judge: judge) == .genuine) }
        #expect(read(ends[0], &room, room.count) == request.count)
        close(ends[1])
        #expect(FirstSight.of(ends[0], in: &room, judge: judge) == .gone)
    }

    @Test("Where TLS ends here a whole record asks, as does what is none; a part of one says nothing yet.")
    func handshake() {
        let record: [UInt8] = [0x16, 3, 1, 0, 2, 1, 1]
        #expect(FirstSight(handshake: record[...]) == .strange)
        #expect(FirstSight(handshake: record[..<6]) == .unfinished)
        #expect(FirstSight(handshake: record[..<3]) == .unfinished)
        #expect(FirstSight(handshake: Array("GET / HTTP/1.1".utf8)[...]) == .strange)
        let long: [UInt8] = [0x16, 3, 1, 0xFF, 0xFF] + [UInt8](repeating: 0, count: FirstSight.length - 5)
        #expect(FirstSight(handshake: long[...]) == .strange)
    }
}
