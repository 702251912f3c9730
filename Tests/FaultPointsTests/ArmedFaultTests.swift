import Testing

@testable import FaultPoints

@Suite(.timeLimit(.minutes(1)))
struct ArmedFaultTests {
    @Test func aPointIsDueOnItsSideAtItsHitAndNeverAgain() throws {
        let armed = try #require(ArmedFault("post:after:2:kill"))
        #expect(!armed.isDue(.post, .after))
        #expect(!armed.isDue(.post, .before))
        #expect(!armed.isDue(.upload, .after))
        #expect(armed.isDue(.post, .after))
        #expect(!armed.isDue(.post, .after))
    }

    @Test(arguments: [
        "", "post", "post:after:0:kill", "post:beside:1:kill", "nowhere:after:1:kill", "post:after:1:sleep",
        "post:after:1:kill:x",
    ])
    func whatIsNoFaultArmsNothing(text: String) {
        #expect(ArmedFault(text) == nil)
    }

    @Test(arguments: FaultPoint.allCases) func everyPointCanBeArmed(point: FaultPoint) {
        #expect(ArmedFault("\(point.rawValue):before:1:stall")?.point == point)
    }

    @Test func nothingIsArmedWithoutTheVariable() {
        #expect(!FaultPoint.isAnyArmed)
    }
}
