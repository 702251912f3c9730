import Jobs
import Testing

@testable import Daemon

@Suite("Callback addresses", .timeLimit(.minutes(1)))
struct CallbackAddressTests {
    @Test(
        "The end of the path names job, attempt and token, whatever stands before",
        arguments: ["/callback/", "/rh/callback/", "/a/b/callback/", "//callback/", "/callback/callback/"]
    )
    func isRead(_ prefix: String) throws {
        let address = try #require(CallbackAddress(path: "\(prefix)0123456789ab/7/token"))
        #expect(address.job.text == "0123456789ab")
        #expect(address.attempt == 7)
        #expect(address.token == "token")
    }

    @Test(
        "What names no attempt is nothing",
        arguments: [
            "", "/", "/callback", "/callback/0123456789ab/1", "/callback/0123456789ab/0/t",
            "/callback/0123456789ab/-1/t",
            "/callback/0123456789ab/01/t", "/callback/0123456789ab/+1/t", "/callback/0123456789ab/1x/t",
            "/callback/0123456789AB/1/t", "/callback/0123456789a/1/t", "/callback/0123456789abc/1/t",
            "/callback/0123456789ai/1/t", "/callbacks/0123456789ab/1/t", "/callback/0123456789ab/1/t/more",
            "/callback/0123456789ab/99999999999999999999/t",
        ]
    )
    func isRefused(_ path: String) {
        #expect(CallbackAddress(path: path[...]) == nil)
    }

    @Test("A path longer than any of ours is not looked at")
    func length() {
        let path = String(repeating: "a/", count: 1024) + "callback/0123456789ab/1/token"
        #expect(CallbackAddress(path: path[...]) == nil)
    }
}
