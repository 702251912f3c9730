import Jobs
import Testing

@Suite("Tokens", .timeLimit(.minutes(1)))
struct CallbackTokensTests {
    private static let tokens = CallbackTokens(secret: Array(0..<32))

    private func id(_ seed: UInt64) -> JobID {
        var random = SeededRandom(seed: seed)
        return JobID(using: &random)
    }

    @Test("A token has 43 characters of base64url, and fits its own job, attempt and purpose alone")
    func fits() {
        let job = id(1)
        for attempt in [0, 1, 12, .max, .min] {
            let token = Self.tokens.token(job: job, attempt: attempt)
            #expect(token.utf8.count == CallbackTokens.length)
            #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
            #expect(Self.tokens.isValid(token, job: job, attempt: attempt))
            #expect(!Self.tokens.isValid(token, job: job, attempt: attempt &+ 1))
            #expect(!Self.tokens.isValid(token, job: id(2), attempt: attempt))
            if let name = FileName(String(attempt)) { #expect(!Self.tokens.isValid(token, job: job, input: name)) }
            #expect(!CallbackTokens(secret: Array(1..<33)).isValid(token, job: job, attempt: attempt))
        }
    }

    @Test("A file's token fits its own job and name alone")
    func fitsInput() throws {
        let (name, other) = (try #require(FileName("1")), try #require(FileName("1.png")))
        let token = Self.tokens.token(job: id(1), input: name)
        #expect(Self.tokens.isValid(token, job: id(1), input: name))
        #expect(!Self.tokens.isValid(token, job: id(1), input: other))
        #expect(!Self.tokens.isValid(token, job: id(2), input: name))
        #expect(!Self.tokens.isValid(token, job: id(1), attempt: 1), "a name like a number is no attempt")
    }

    @Test("Of the four spellings that the last character allows only the canonical one is taken")
    func canonical() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        for attempt in 0..<64 {
            let token = Self.tokens.token(job: id(3), attempt: attempt)
            let valid = alphabet.filter {
                Self.tokens.isValid(token.dropLast() + String($0), job: id(3), attempt: attempt)
            }
            #expect(valid == [token.last])
        }
    }

    @Test(
        "What is no token is refused without a trap",
        arguments: [
            "", "=", "x", String(repeating: "A", count: 43), String(repeating: "ä", count: 43),
            String(repeating: "A", count: 1 << 16),
        ]
    )
    func garbage(text: String) {
        #expect(!Self.tokens.isValid(text, job: id(4), attempt: 1))
    }

    @Test("The standard alphabet, padding and changed case are refused")
    func otherSpellings() {
        for attempt in 0..<64 {
            let token = Self.tokens.token(job: id(5), attempt: attempt)
            #expect(!Self.tokens.isValid(token + "=", job: id(5), attempt: attempt))
            #expect(!Self.tokens.isValid(token.lowercased(), job: id(5), attempt: attempt))
            guard token.contains("-") || token.contains("_") else { continue }
            let standard = String(token.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
            #expect(!Self.tokens.isValid(standard, job: id(5), attempt: attempt))
        }
    }

    @Test("A token is the HMAC-SHA256 over purpose, job and attempt that another program computes")
    func vector() throws {
        // printf 'callback/000000000000/1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f -binary | basenc --base64url
        let job = try #require(JobID("000000000000"))
        #expect(Self.tokens.token(job: job, attempt: 1) == "Z6gmhyw0uQ3HNlTMomfGDXhKj1PoiYayKSSkgyL9ZIc")
    }

    @Test("Secrets are random, and 32 bytes long")
    func secret() {
        var random = SeededRandom(seed: 9)
        let first = CallbackTokens.makeSecret(using: &random)
        #expect(first.count == CallbackTokens.secretLength)
        #expect(first != CallbackTokens.makeSecret(using: &random))
    }
}

@Suite("Secrets", .timeLimit(.minutes(1)))
struct SecretTests {
    @Test("A secret shows itself nowhere but where it is asked to")
    func redacted() {
        struct Holder {
            let secret: Secret
            let tokens: CallbackTokens
            let optional: Secret?
        }
        let secret = Secret("hunter2")
        let holder = Holder(secret: secret, tokens: CallbackTokens(secret: Array("hunter2".utf8)), optional: secret)
        var dumped = ""
        dump(holder, to: &dumped)
        dump(secret, to: &dumped)
        let shown = [
            "\(secret)", String(reflecting: secret), String(describing: holder), String(reflecting: holder), dumped,
            "\([secret])",
        ]
        for text in shown { #expect(!text.contains("hunter2") && !text.contains("104, 117")) }
        #expect("\(secret)" == "<redacted>")
        #expect(secret.expose() == "hunter2")
    }
}

@Suite("Job ids", .timeLimit(.minutes(1)))
struct JobIDTests {
    @Test("A file that is put away has the same id each time it is looked at, and another file another")
    func idOfStranger() throws {
        let identity = FileIdentity(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
        var touched = identity
        touched.changed = 6
        var other = identity
        other.inode = 7
        #expect(JobID(puttingAway: identity) == JobID(puttingAway: touched))
        #expect(JobID(puttingAway: identity) != JobID(puttingAway: other))
        #expect(JobID(JobID(puttingAway: identity).text) != nil)
    }

    @Test("Ids are 12 characters of lower-case Crockford base32, and differ")
    func made() {
        var random = SeededRandom(seed: 11)
        let ids = (0..<1000).map { _ in JobID(using: &random) }
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy { JobID($0.text) == $0 })
        #expect(ids.joinedCharacters.count == 32, "every character of the alphabet is used")
        #expect(ids.joinedCharacters.isDisjoint(with: "ilou"))
    }

    @Test(
        "What is no id is refused",
        arguments: [
            "", "00000000000", "0000000000000", "00000000000i", "00000000000l", "00000000000o", "00000000000u",
            "00000000000A", "00000000000/",
            "..", "0000000000é", "00000000000\0", "００００",
        ]
    )
    func refused(text: String) {
        #expect(JobID(text) == nil)
    }
}

extension [JobID] {
    fileprivate var joinedCharacters: Set<Character> { Set(map(\.text).joined()) }
}

@Suite("The ledger's clock", .timeLimit(.minutes(1)))
struct TimestampTests {
    private static let ends = [Timestamp(milliseconds: .min), .start, Timestamp(milliseconds: .max)]

    @Test("Reckoning beyond the ends of the scale stays at the ends", arguments: ends)
    func saturates(time: Timestamp) {
        for duration in [
            Duration.seconds(Int64.max), .seconds(Int64.min), .milliseconds(Int64.max), .nanoseconds(Int64.min), .zero,
        ] {
            let sum = time + duration
            #expect(duration < .zero ? sum <= time : sum >= time)
            let difference = time - duration
            #expect(duration < .zero ? difference >= time : difference <= time)
            #expect(duration.milliseconds == Int64(clamping: duration.attoseconds / 1_000_000_000_000_000))
        }
        for other in Self.ends { #expect((time - other < .zero) == (time < other)) }
    }

    @Test("Milliseconds are counted exactly, and parts of them are dropped")
    func exact() {
        #expect(Duration.milliseconds(1234).milliseconds == 1234)
        #expect(Duration.microseconds(1999).milliseconds == 1)
        #expect(Duration.microseconds(-1999).milliseconds == -1)
        #expect(Timestamp.at(7) - Timestamp.start == .seconds(7))
        #expect(Timestamp.at(7) - .seconds(7) == .start)
    }
}

@Suite("Polling", .timeLimit(.minutes(1)))
struct PollScheduleTests {
    private func attempt(hasWebhook: Bool) -> Attempt {
        Attempt(
            number: 1,
            key: "main",
            site: "ai",
            settings: .sample(),
            remoteNames: [:],
            hasWebhook: hasWebhook,
            postedAt: .start
        )
    }

    @Test("With a webhook there is never more than one query in 30 s, and a failure is known within 60 s")
    func backstop() {
        var random = SeededRandom(seed: 5)
        let attempt = attempt(hasWebhook: true)
        let waits = (0..<2000).map { second in
            PollSchedule.interval(for: attempt, jitter: Double.random(in: 0...1, using: &random), at: .at(second))
        }
        #expect(waits.allSatisfy { $0 >= .seconds(30) && $0 + JobRecord.failureDoubt <= .seconds(59) })
        // Ten tasks that have ended before they are asked about, four of them failed.
        let lives = waits.prefix(10).reduce(Duration.zero, +) + JobRecord.failureDoubt * 4
        #expect(PollSchedule.backstop * 14 <= lives)
        #expect(Set(waits).count > 1900, "tasks started together are not asked about together")
    }

    @Test(
        "Without a webhook the waits grow from 2 s to 15 s",
        arguments: [(0, 2000), (8, 2000), (20, 5000), (60, 15_000), (86_400, 15_000)]
    )
    func alone(age: Int64, milliseconds: Int64) {
        let wait = PollSchedule.interval(for: attempt(hasWebhook: false), jitter: 0.5, at: .at(age))
        #expect(wait.milliseconds == milliseconds)
    }

    @Test("After a callback query is asked within a second, then ever more slowly, at most 20 times in 2 min")
    func afterCallback() {
        var attempt = attempt(hasWebhook: true)
        attempt.callbackAt = .at(100)
        var now = Timestamp.at(100)
        var count = 0
        while now < .at(220) {
            now = now + PollSchedule.interval(for: attempt, jitter: 0, at: now)
            count += 1
        }
        #expect((5...20).contains(count))
        #expect(PollSchedule.interval(for: attempt, jitter: 0.5, at: .at(100)) == .seconds(1))
        #expect(PollSchedule.interval(for: attempt, jitter: 0, at: .at(221)) > PollSchedule.backstop)
    }

    @Test(
        "Strange clocks and jitters give neither a spin nor a trap",
        arguments: [Double.nan, .infinity, -.infinity, -5, 5]
    )
    func strange(jitter: Double) {
        var called = attempt(hasWebhook: false)
        called.callbackAt = .at(1_000_000)
        for attempt in [attempt(hasWebhook: true), attempt(hasWebhook: false), called] {
            for now in [Timestamp(milliseconds: .min), .start, Timestamp(milliseconds: .max)] {
                let wait = PollSchedule.interval(for: attempt, jitter: jitter, at: now)
                #expect(wait >= .milliseconds(900) && wait <= .seconds(60))
            }
        }
        #expect(
            PollSchedule.interval(for: called, jitter: 0.5, at: .start) >= .seconds(15),
            "a clock set back is no reason to hurry"
        )
    }
}
