import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("What the listener answers", .timeLimit(.minutes(1)))
    struct WebhookAnswerTests {
        @Test("A genuine address is answered 200, whatever its body and however it is sent.")
        func genuine() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    let requests = [
                        good,
                        good.with { $0.path = "/proxy/rh" + $0.path + "?retry=1" },
                        good.with { $0.path = "http://example" + $0.path },
                        good.with { $0.version = "HTTP/1.0" },
                        RawRequest(good.path, body: ""),
                        good.with { ($0.body, $0.length) = ("", nil) },
                        RawRequest(good.path, body: "\u{0}{[[\""),
                        RawRequest(good.path, body: String(repeating: "{\"a\":", count: 100_000)),
                        RawRequest(good.path, body: "{\"taskId\":" + String(repeating: "9", count: 100_000) + "}"),
                        good.with {
                            ($0.body, $0.length) = ("2\r\n{}\r\n0\r\n\r\n", nil)
                            $0.fields.append("Transfer-Encoding: chunked")
                        },
                        good.with {
                            ($0.body, $0.length) = ("zz\r\n{}\r\n0\r\n\r\n", nil)
                            $0.fields.append("Transfer-Encoding: chunked")
                        },
                    ]
                    for request in requests {
                        let answer = try await listener.exchange(request.text)
                        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(request.text.prefix(300)): \(answer)")
                    }
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [requests.count])
                }
            }
        }

        @Test("A body that its sender cuts short is a callback all the same.")
        func cutShort() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    let answer = try await listener.exchange(good.with { $0.length = 1000 }.text, thenFinish: true)
                    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(answer)")
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [1])
                }
            }
        }

        @Test("A token that does not fit is answered 404, byte for byte the same whether the job exists or not.")
        func forged() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let job = try await daemon.runningJob()
                let other = try #require(JobID("0123456789ab"))
                let token = try daemon.engine.tokens.token(job: job, attempt: 1)
                let foreign = try daemon.engine.tokens.token(job: other, attempt: 1)
                let input = try daemon.engine.tokens.token(job: job, input: try #require(FileName("1")))
                try await ServedListener.serve(daemon) { listener in
                    var answers: Set<String> = []
                    for path in [
                        "\(job)/1/\(foreign)", "\(other)/1/\(token)", "\(job)/2/\(token)", "\(job)/1/\(input)",
                        "\(job)/1/x",
                        "\(other)/1/x", "\(job)/1/\(token)x", "\(job)/1/\(token.dropLast())", "\(job)/01/\(token)",
                        "\(job)/1/",
                    ] {
                        answers.insert(try await listener.exchange(RawRequest("/callback/\(path)").text))
                        answers.insert(
                            try await listener.exchange(RawRequest("/callback/\(path)", method: "GET", body: "").text)
                        )
                    }
                    answers.insert(try await listener.exchange(RawRequest("/").text))
                    #expect(answers.count == 1)
                    let answer = try #require(answers.first)
                    #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                    #expect(daemon.journal.all(.callbackForged).count == 1, "a line a minute, however many come")
                }
            }
        }

        @Test("A genuine address of a job that is gone is answered 200: there is nothing more to be done with it.")
        func gone() async throws {
            try await withDaemon { _ in
            } _: { daemon in
                let path = try daemon.path(of: try #require(JobID("0123456789ab")))
                try await ServedListener.serve(daemon) { listener in
                    #expect(try await listener.exchange(RawRequest(path).text).hasPrefix("HTTP/1.1 200 OK\r\n"))
                    try await daemon.told(.callbackRefused)
                }
            }
        }

        @Test("Another method is answered 405, and what is no HTTP 400, both without a body.")
        func wrong() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    for method in ["GET", "PUT", "DELETE"] {
                        let answer = try await listener.exchange(good.with { $0.method = method }.text)
                        #expect(answer.hasPrefix("HTTP/1.1 405 ") && answer.hasSuffix("\r\n\r\n"), "\(answer)")
                    }
                    let shapes: [String] = [
                        good.with { $0.fields.append("Transfer-Encoding: chunked") }.text,
                        good.with { $0.fields.append("Content-Length: 3") }.text,
                        good.with { ($0.fields, $0.length) = (["Content-Length: -1"], nil) }.text,
                        good.with { ($0.fields, $0.length) = (["Content-Length: 99999999999999999999999"], nil) }.text,
                        good.with { $0.fields.append("X : a") }.text,
                        good.with { $0.fields += (0..<200).map { "X\($0): a" } }.text,
                        good.with { $0.fields.append("X: " + String(repeating: "a", count: 20_000)) }.text,
                        good.with { $0.version = "HTTP/9.9" }.text,
                        good.with { $0.path = "/\u{0}" + $0.path }.text,
                        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}",
                    ]
                    for shape in shapes {
                        let answer = try await listener.exchange(shape)
                        #expect(
                            answer.hasPrefix("HTTP/1.1 400 ") && answer.hasSuffix("\r\n\r\n"),
                            "\(shape.prefix(300)): \(answer)"
                        )
                    }
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                }
            }
        }

        @Test(
            "A callback that cannot be stored is answered 503, and one after the ledger can be written again 200.",
            .bug("https://github.com/adnanh/webhook/issues/102", "what cannot be stored is lost")
        )
        func unstored() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    try await daemon.breakLedger("no_callback", before: "UPDATE ON attempts")
                    try await daemon.breakLedger("no_job", before: "UPDATE ON jobs")
                    #expect(try await listener.exchange(good.text).hasPrefix("HTTP/1.1 503 "))
                    try await daemon.told(.callbackUnstored)
                    try await daemon.mendLedger("no_callback")
                    try await daemon.mendLedger("no_job")
                    #expect(try await listener.exchange(good.text).hasPrefix("HTTP/1.1 200 "))
                }
            }
        }

        @Test("GET and HEAD of /healthz are answered with the daemon's public id.")
        func health() async throws {
            try await withDaemon { _ in
            } _: { daemon in
                try await ServedListener.serve(daemon) { listener in
                    let id = try daemon.engine.settings.publicID
                    let get = try await listener.exchange(RawRequest("/rh/healthz", method: "GET", body: "").text)
                    #expect(get.hasPrefix("HTTP/1.1 200 ") && get.hasSuffix("\r\n\r\n\(id)"), "\(get)")
                    let head = try await listener.exchange(RawRequest("/healthz", method: "HEAD", body: "").text)
                    #expect(head.hasPrefix("HTTP/1.1 200 ") && head.hasSuffix("\r\n\r\n"), "\(head)")
                    #expect(try await listener.exchange(RawRequest("/healthz").text).hasPrefix("HTTP/1.1 404 "))
                }
            }
        }
    }
}
