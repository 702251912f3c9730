import Jobs
import Testing

@testable import Daemon

@Suite("What a hook's POST is signed with")
struct HookSignatureTests {
    /// The vector that the libraries of Standard Webhooks are tested with.
    private static let secret = Secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    @Test("It is what a library of the convention makes and checks.")
    func vector() throws {
        let signature = try #require(HookSignature(Self.secret))
        let headers = signature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            at: Timestamp(milliseconds: 1_614_265_330_999),
            body: Array(#"{"test": 2432232314}"#.utf8)
        )
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(
            headers.map(\.value) == [
                "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ]
        )
    }

    @Test(
        "What is no secret of the convention is none",
        arguments: ["", "whsec_", "whsec_AAAA", "whsec_!!", "secret", String(repeating: "A", count: 96)]
    )
    func refused(text: String) {
        #expect(HookSignature(Secret(text)) == nil)
    }
}

@Suite("A receiver that does not answer")
struct HookTroubleTests {
    @Test("Is left alone for longer and longer, then asked once, and gets all again when it has answered.")
    func bound() {
        let trouble = HookTrouble()
        func at(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }
        func bound(_ seconds: Int64) -> Int? { trouble.bound("oil", at: at(seconds)) }
        #expect(bound(0) == nil)
        trouble.failed("oil", jitter: 0, at: at(0))
        #expect(bound(0) == 0)
        // To ask is not to call: whatever is not due yet takes no turn.
        #expect(bound(1) == 1 && bound(1) == 1)
        trouble.begins("oil")
        #expect(bound(2) == 0)
        trouble.ends("oil")
        trouble.failed("oil", jitter: 0, at: at(2))
        #expect(bound(3) == 0)
        #expect(bound(4) == 1)
        #expect(trouble.bound("ink", at: at(4)) == nil)
        trouble.answered("oil")
        #expect(bound(4) == nil)
        for _ in 0..<40 { trouble.failed("oil", jitter: 1, at: at(0)) }
        #expect(trouble.nextTry(after: at(0)) == at(72))
    }
}
