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
        func bound(_ seconds: Int64) -> Int? {
            trouble.bound("oil", patience: .seconds(90), at: Timestamp(milliseconds: seconds * 1000))
        }
        #expect(bound(0) == nil)
        trouble.failed("oil", jitter: 0, at: Timestamp(milliseconds: 0))
        #expect(bound(0) == 0)
        #expect(bound(1) == 1)
        // That one has its time.
        #expect(bound(2) == 0)
        trouble.failed("oil", jitter: 0, at: Timestamp(milliseconds: 2000))
        #expect(bound(3) == 0)
        #expect(bound(4) == 1)
        #expect(trouble.bound("ink", patience: .seconds(90), at: Timestamp(milliseconds: 4000)) == nil)
        trouble.answered("oil")
        #expect(bound(4) == nil)
        for _ in 0..<40 { trouble.failed("oil", jitter: 1, at: Timestamp(milliseconds: 0)) }
        #expect(trouble.nextTry(after: Timestamp(milliseconds: 0)) == Timestamp(milliseconds: 72_000))
    }
}
