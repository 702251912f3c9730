extension Assault {
    static let shapes = [
        Assault("smuggled callbacks") { target, tally, isShort in
            let fields = [
                ["Content-Length: 4", "Transfer-Encoding: chunked"],
                ["Transfer-Encoding: chunked", "Content-Length: 4"],
                ["Content-Length: 0", "Content-Length: 6"], ["Content-Length: +0"], ["Content-Length: -1"],
                ["Content-Length: 18446744073709551616"], ["X: a", " Content-Length: 6"],
                ["Transfer-Encoding: xchunked"], ["Transfer-Encoding: chunked, identity"], ["Content-Length : 6"],
                ["X: a\nTransfer-Encoding: chunked"], ["Transfer-Encoding: \u{b}chunked"], ["X: \u{0}"],
                ["Connection: Upgrade", "Upgrade: h2c"], ["Transfer-Encoding: chunked"],
            ]
            let hidden = AttackTarget.request(target.callback, body: "{}")
            let texts = ["/callback/0123456789ab/1/x", "/"].flatMap { path in
                fields.map { AttackTarget.request(path, "POST", $0) + "0\r\n\r\n" + hidden }
            }
            await exchange(texts, times: isShort ? 20 : 200, target, tally)
        },
        Assault("what is no HTTP/1") { target, tally, isShort in
            let texts = [
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET \(target.callback)\r\n\r\n",
                "POST \(target.callback) HTTP/0.9\r\n\r\n",
                "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}", "{\"code\":0}\r\n\r\n", "\u{0}\u{0}\u{0}\r\n\r\n",
                "\r\n\r\n\r\n",
                "GET /\(String(repeating: "a", count: 100_000)) HTTP/1.1\r\n\r\n",
            ]
            await exchange(texts, times: isShort ? 50 : 500, target, tally, finishes: true)
        },
        Assault("noise") { target, tally, isShort in
            let threads = 4
            await onThreads(threads) { thread in
                var generator = SeededGenerator(seed: UInt64(thread))
                for _ in 0..<(isShort ? 200 : 5000) {
                    guard let caller = Caller(target.port) else { continue }
                    let count = Int.random(in: 1...5000, using: &generator)
                    let noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                    let sent = caller.send(noise)
                    caller.finish()
                    tally.add(bytes: sent, answer: caller.answer())
                }
            }
        },
        Assault("pipelined, answers unread", answers: ["200", "404", "none"]) { target, tally, isShort in
            let health = String(repeating: AttackTarget.request("/healthz", "GET"), count: 1000)
            await onThreads(16) { _ in
                guard let caller = Caller(target.port, patience: 2) else { return }
                var sent = 0
                for _ in 0..<(isShort ? 5 : 50) { sent += caller.send(health) }
                sent += caller.send(AttackTarget.request("/", body: ""))
                tally.add(bytes: sent, answer: caller.answer(most: 64 << 20))
            }
        },
        Assault("other methods", answers: ["404", "405"]) { target, tally, isShort in
            let methods = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "PATCH", "CONNECT"]
            let texts = methods.flatMap { method in
                let address = method == "CONNECT" ? ["example:443"] : ["/", target.callback, target.forged(fromEnd: 9)]
                return address.map { AttackTarget.request($0, method, ["Expect: 100-continue"]) }
            }
            await exchange(texts, times: isShort ? 20 : 200, target, tally)
        },
    ]

    static let inputs = [
        Assault("files guessed", answers: ["404"]) { target, tally, isShort in
            let parts = target.input.split(separator: "/")
            let start = "/input/\(parts[1])/\(parts[2])"
            let names = [
                "..%2F..%2F..%2Fetc%2Fpasswd", "../../../etc/passwd", "%2e%2e", "other.png", "\(parts[3])%00",
                "\(parts[3]).",
                "\(parts[3])%2F..%2Fother.png", "%c0%ae%c0%ae", String(repeating: "a", count: 4000),
            ]
            let texts =
                names.map { AttackTarget.request("\(start)/\($0)", "GET", ["Connection: close"]) }
                + [AttackTarget.request("/input/\(parts[1])/x/\(parts[3])", "GET")]
            await exchange(texts, times: isShort ? 50 : 500, target, tally)
        },
        Assault("ranges and readers that stop, genuine", answers: ["200", "206", "416", "none"]) {
            target,
            tally,
            isShort in
            let ranges = [
                "bytes=0-0", "bytes=-1", "bytes=-0", "bytes=9223372036854775807-", "bytes=0-9223372036854775807",
                "bytes=-9223372036854775808",
                "bytes=18446744073709551616-", "bytes=" + String(repeating: "0-1,", count: 1000) + "0-1", "bytes=5-1",
                "a=0-1",
            ]
            await onThreads(32) { thread in
                for number in 0..<(isShort ? 5 : 50) {
                    guard let caller = Caller(target.port, patience: 2) else { continue }
                    let range = ranges[(number + thread) % ranges.count]
                    let sent = caller.send(
                        AttackTarget.request(target.input, "GET", ["Range: \(range)", "Connection: close"])
                    )
                    // Most of the answer is left unread.
                    tally.add(bytes: sent, answer: String(caller.answer(most: 1).prefix(200)))
                }
            }
        },
    ]
}
