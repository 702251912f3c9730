import Testing

@testable import RunningHub

@Suite("What the body of a callback says", .timeLimit(.minutes(1)))
struct CallbackBodyTests {
    private static let results =
        #"[{\"fileUrl\":\"https://h/a.png\",\"fileType\":\"png\",\"taskCostTime\":0,\"nodeId\":\"9\"}]"#

    static let shapesCases: [(String, String, String?)] = [
        (
            "A",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":"{\"code\":0,\"msg\":\"success\",\"data\":\#(results)}"}"#,
            "TASK_END"
        ),
        (
            "B",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":{"code":0,"msg":"success","data":[{"fileUrl":"u"}]}}"#,
            "TASK_END"
        ),
        (
            "C",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":{"status":"SUCCESS","results":[{"url":"u"}],"usage":{}}}"#,
            "TASK_END"
        ),
        (
            "D",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":{"code":0,"msg":"","data":{"status":"SUCCESS","results":[]}}}"#,
            "TASK_END"
        ),
        (
            "E",
            #"{"taskId":"2013508786110730241","status":"SUCCESS","errorCode":"","errorMessage":"","results":null,"usage":{}}"#,
            nil
        ),
        (
            "F",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":{"fileUrl":"u","fileType":"png","nodeId":"9"}}"#,
            "TASK_END"
        ),
        (
            "failed",
            #"{"event":"TASK_END","taskId":"2013508786110730241","eventData":{"code":805,"msg":"APIKEY_TASK_STATUS_ERROR","data":null}}"#,
            "TASK_END"
        ),
        (
            "inner text",
            #"{"event":"TASK_END","eventData":"{\"taskId\":\"2013508786110730241\",\"status\":\"SUCCESS\"}"}"#,
            "TASK_END"
        ),
        ("inner object", #"{"eventData":{"code":0,"data":{"taskId":2013508786110730241}}}"#, nil),
        ("other event", #"{"event":"TASK_START","taskId":"2013508786110730241"}"#, "TASK_START"),
    ]

    @Test("Every reported shape gives its task and event, ids as text or number", arguments: shapesCases)
    func shapes(name: String, body: String, event: String?) {
        let numeric = body.replacing(#""taskId":"2013508786110730241""#, with: #""taskId": 2013508786110730241"#)
        for body in [body, numeric, "\u{FEFF}" + body, " \n" + body + "\n"] {
            let decoded = CallbackBody.decode(body.utf8)
            #expect(decoded.taskID == "2013508786110730241", "\(body)")
            #expect(decoded.event == event)
        }
    }

    @Test(
        "All digits of an id are kept",
        arguments: ["2052460115914858498", "9007199254740993", "18446744073709551615", "1"]
    )
    func digits(id: String) {
        #expect(CallbackBody.decode(#"{"taskId":\#(id)}"#.utf8).taskID == id)
        #expect(CallbackBody.decode(#"{"taskId":"\#(id)"}"#.utf8).taskID == id)
    }

    static let junkCases: [[UInt8]] = [
        [], Array("null".utf8), Array("[]".utf8), Array("7".utf8), Array("\"TASK_END\"".utf8), Array("{".utf8),
        Array("taskId=2013508786110730241".utf8), [0xFF, 0xFE, 0x00], [0x00],
        Array(#"{"taskId":null,"event":null}"#.utf8),
        Array(#"{"taskId":{},"event":[]}"#.utf8), Array(#"{"taskId":1.5}"#.utf8), Array(#"{"taskId":-1}"#.utf8),
        Array(#"{"taskId":1e999}"#.utf8), Array(#"{"taskId":true}"#.utf8),
        Array(("{\"taskId\":\"" + String(repeating: "1", count: 65) + "\"}").utf8),
        Array(#"{"taskId":"../../etc"}"#.utf8), Array(#"{"eventData":"{\"taskId\""}"#.utf8),
        Array(repeating: UInt8(ascii: "["), count: 1_000_000),
        Array(String(repeating: #"{"a":"#, count: 200_000).utf8),
        // UTF-16, in which a count of brackets would be led astray.
        Array("[".utf8).flatMap { [$0, 0] }, [0xFE, 0xFF, 0x00, 0x5B],
    ]

    @Test("A number that would be rounded is no task id; the longest that would not is")
    func roundedNumber() {
        let longest = String(repeating: "8", count: 37) + "7"
        #expect(CallbackBody.decode(Array(#"{"taskId":\#(longest)}"#.utf8)).taskID == longest)
        #expect(CallbackBody.decode(Array(#"{"taskId":\#(longest)3302}"#.utf8)).taskID == nil)
    }

    @Test("Junk says nothing and harms nothing", arguments: junkCases)
    func junk(body: [UInt8]) {
        let decoded = CallbackBody.decode(body)
        #expect(decoded.taskID == nil)
        #expect(decoded.event == nil)
    }

    @Test("A body that is too long is not read")
    func tooLong() {
        let padding = String(repeating: " ", count: CallbackBody.maximumLength)
        #expect(CallbackBody.decode(#"{"taskId":"2013508786110730241"}"#.utf8 + Array(padding.utf8)) == .empty)
    }

    @Test("A body cut or changed anywhere is read without harm")
    func fuzz() {
        let body = Array(Self.shapesCases[0].1.utf8)
        let seed = UInt64.random(in: .min ... .max)
        var generator = Walk(state: seed)
        for _ in 0..<3000 {
            var mutated = body.prefix(Int.random(in: 0...body.count, using: &generator))
            for _ in 0..<Int.random(in: 0...4, using: &generator) where !mutated.isEmpty {
                mutated[Int.random(in: 0..<mutated.count, using: &generator)] = UInt8.random(
                    in: .min ... .max,
                    using: &generator
                )
            }
            let decoded = CallbackBody.decode(mutated)
            #expect((decoded.taskID?.utf8.count ?? 0) <= TaskID.maximumLength, "seed \(seed)")
        }
    }

    @Test("An event's name is kept short and on one line")
    func longEvent() {
        let event = CallbackBody.decode(#"{"event":"a\n\u0007b\#(String(repeating: "c", count: 300))"}"#.utf8).event
        #expect(event?.hasPrefix("a bccc") == true)
        #expect(event?.count == 65)
    }

    @Test("A body of more values than any callback has says nothing, at no cost; one of as many is read.")
    func values() {
        func body(_ count: Int) -> String {
            "{\"taskId\":\"2013508786110730241\"" + String(repeating: ",\"a\":0", count: count - 1) + "}"
        }
        #expect(CallbackBody.decode(body(CallbackBody.maximumValues).utf8).taskID == "2013508786110730241")
        #expect(CallbackBody.decode(body(CallbackBody.maximumValues + 1).utf8) == .empty)
    }
}

/// A small generator with a seed (SplitMix64).
struct Walk: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
