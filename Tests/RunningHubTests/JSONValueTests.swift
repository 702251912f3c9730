import Testing

@testable import RunningHub

@Suite("JSON from outside", .timeLimit(.minutes(1)))
struct JSONValueTests {
    @Test(
        "Values are read and written as they stand",
        arguments: [
            #"{"a":[1,-9223372036854775808,9223372036854775807,"x",true,false,null,{}],"b":{"c":[]}}"#,
            #"["\"\\/é",3.85,0.1]"#, "2013508786110730241", "\"a/b\"",
        ]
    )
    func roundTrip(json: String) throws {
        let value = try #require(JSONValue.read(json.utf8))
        #expect(JSONValue.read(value.serialized.utf8) == value)
        if !json.contains("é") { #expect(value.serialized == json) }
    }

    @Test("Nesting is read to the limit and not beyond")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(JSONValue.read(nested(JSONValue.maximumDepth).utf8) != nil)
        #expect(JSONValue.read(nested(JSONValue.maximumDepth + 1).utf8) == nil)
        #expect(JSONValue.read("\"\(nested(200))\\\"\(nested(200))\"".utf8) != nil)
    }

    @Test("A number that cannot be held spoils itself alone")
    func hugeNumber() {
        let value = JSONValue.read(#"{"a":1e999,"b":123456789012345678901234567890}"#.utf8)
        #expect(value?["b"]?.scalarText == "123456789012345678901234567890")
    }

    @Test("What is not JSON is nothing", arguments: ["", "{", "nope", "{\"a\":}", "\u{0}", "{'a':1}"])
    func junk(text: String) {
        #expect(JSONValue.read(text.utf8) == nil)
    }
}
