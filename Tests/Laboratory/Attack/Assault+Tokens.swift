extension Assault {
    static let tokens = [
        Assault("forged tokens", answers: ["404"]) { target, tally, isShort in
            let (job, token) = target.parts
            let paths = [
                target.forged(fromEnd: 0), target.forged(fromEnd: 20), target.forged(fromEnd: 42),
                "\(target.callback)A",
                String(target.callback.dropLast()), "/callback/\(job)/1/x", "/callback/0123456789ab/1/x",
                "/callback/\(job)/2/\(token)", "/callback/0123456789ab/1/\(token)",
            ]
            await exchange(
                paths.map { AttackTarget.request($0, body: "{}") },
                times: isShort ? 100 : 1000,
                target,
                tally
            )
        },
        Assault("tokens of another job", answers: ["404"]) { target, tally, isShort in
            let (job, token) = target.parts
            let other = target.otherCallback.split(separator: "/")
            let input = target.input.split(separator: "/")
            let paths = [
                "/callback/\(job)/1/\(other[3])", "/callback/\(other[1])/1/\(token)",
                "/callback/\(input[1])/1/\(input[2])",
                "/input/\(job)/\(token)/\(input[3])", "/input/\(job)/\(input[2])/\(input[3])",
                "/input/\(input[1])/\(token)/\(input[3])",
            ]
            await exchange(
                paths.map { AttackTarget.request($0, body: "{}") },
                times: isShort ? 100 : 1000,
                target,
                tally
            )
        },
        Assault("one callback replayed", answers: ["200"]) { target, tally, isShort in
            let one = AttackTarget.request(target.callback, body: "{\"taskId\":\"1\"}")
            let last = AttackTarget.request(target.callback, "POST", ["Connection: close"], body: "{\"taskId\":\"1\"}")
            let text = String(repeating: one, count: 49) + last
            await exchange([text], times: isShort ? 20 : 200, target, tally)
        },
    ]

    static let bodies = [
        Assault("bodies of 1 GB, forged") { target, tally, _ in
            await flood(target.forged(fromEnd: 5), connections: 8, target, tally)
        },
        Assault("bodies of 1 GB, genuine", answers: ["200", "none"]) { target, tally, _ in
            await flood(target.callback, connections: 8, target, tally)
        },
        Assault("deep, huge and broken JSON, genuine", answers: ["200"]) { target, tally, isShort in
            let size = 1_000_000
            let texts: [[UInt8]] = [
                Array(repeating: UInt8(ascii: "["), count: size),
                Array(String(repeating: "{\"a\":", count: size / 5).utf8),
                Array("{\"taskId\":".utf8) + Array(repeating: UInt8(ascii: "9"), count: size),
                Array("{\"taskId\":\"".utf8) + Array(repeating: 0xFF, count: size),
                Array(("{" + (0..<70_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}").utf8),
                Array(repeating: 0, count: size), [0xC3, 0x28, 0xF0, 0x9F], Array("{\"taskId\":1e999999999}".utf8),
            ]
            await onThreads(8) { thread in
                let body = texts[thread]
                for _ in 0..<(isShort ? 4 : 40) {
                    guard let caller = Caller(target.port) else { continue }
                    let fields = ["Content-Length: \(body.count)", "Connection: close"]
                    let sent = caller.send(AttackTarget.request(target.callback, "POST", fields)) + caller.send(body)
                    tally.add(bytes: sent, answer: caller.answer())
                }
            }
        },
    ]

    /// Sends a gigabyte, half of the time with its length before it, half of the time in chunks, as far as it is taken.
    private static func flood(_ path: String, connections: Int, _ target: AttackTarget, _ tally: AttackTally) async {
        await onThreads(connections) { thread in
            let isChunked = thread % 2 == 1
            let field = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000"
            let chunk = Array(repeating: UInt8(ascii: " "), count: 65536)
            let piece = isChunked ? Array("10000\r\n".utf8) + chunk + Array("\r\n".utf8) : chunk
            guard let caller = Caller(target.port) else { return }
            var sent = caller.send(AttackTarget.request(path, "POST", [field]))
            while sent < 1_000_000_000 {
                let count = caller.send(piece)
                sent += count
                if count < piece.count { break }
            }
            tally.add(bytes: sent, answer: caller.answer())
        }
    }
}
