import Testing

@testable import Systemd

@Suite("Message ids", .timeLimit(.minutes(1)))
struct MessageIDTests {
    @Test("An id is its 32 lower-case digits, leading zeros kept")
    func digits() {
        #expect(
            MessageID(hexadecimal: "000102030405060708090A0B0C0D0E0F")?.description
                == "000102030405060708090a0b0c0d0e0f"
        )
    }

    @Test(
        "Anything else is no id",
        arguments: [
            "", "3e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1", "3e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1bb",
            "+e1f0a5c9d2b4c6f8a7b6c5d4e3f2a1b",
            "3e1f0a5c-9d2b-4c6f-8a7b-6c5d4e3f2a1b", "ge1f0a5c9d2b4c6f8a7b6c5d4e3f2a1b",
        ]
    )
    func refused(text: String) {
        #expect(MessageID(hexadecimal: text) == nil)
    }
}
