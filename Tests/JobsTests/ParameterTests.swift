import FoundationEssentials
import Jobs
import Testing

@Suite("Parameters")
struct ParameterTests {
    @Test(
        "A parameter that was stored is the same as one that is given again",
        arguments: [
            Parameter(7.0), Parameter(-0.0), Parameter(0.5), Parameter(1e300), Parameter(-1e15), .integer(.max),
            .text("nan"), .text("-inf"), .text("7"), .text("7.0"), .text("true"), .text(""), .boolean(true),
        ]
    )
    func stored(_ parameter: Parameter) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf",
            negativeInfinity: "-inf",
            nan: "nan"
        )
        #expect(try decoder.decode(Parameter.self, from: JSONEncoder().encode(parameter)) == parameter)
    }

    @Test("A whole number is the same one with a point and without")
    func whole() {
        #expect(Parameter(7.0) == .integer(7))
        #expect(Parameter(7.0).text == "7")
        #expect(Parameter(7.5) == .number(7.5))
    }
}
