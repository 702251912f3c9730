import Jobs
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineTests {
    /// Requests that a proxy and the listener might read differently, and what is no request.
    @Suite("Shapes of requests that are up to no good", .timeLimit(.minutes(1)))
    struct WebhookShapeTests {
        /// A request whose end two readers may see at different places.
        struct Shape: Sendable, CustomTestStringConvertible {
            let name: String
            let fields: [String]
            var body = ""
            var testDescription: String { name }
        }

        static let ambiguous: [Shape] = [
            Shape(
                name: "a length and chunks",
                fields: ["Content-Length: 4", "Transfer-Encoding: chunked"],
                body: "0\r\n\r\n"
            ),
            Shape(
                name: "chunks and a length",
                fields: ["Transfer-Encoding: chunked", "Content-Length: 4"],
                body: "0\r\n\r\n"
            ),
            Shape(name: "two lengths", fields: ["Content-Length: 0", "Content-Length: 6"]),
            Shape(name: "a list of lengths", fields: ["Content-Length: 0, 6"]),
            Shape(name: "a signed length", fields: ["Content-Length: +0"]),
            Shape(name: "a negative length", fields: ["Content-Length: -1"]),
            Shape(name: "a hexadecimal length", fields: ["Content-Length: 0x0"]),
            Shape(name: "a length beyond all numbers", fields: ["Content-Length: 18446744073709551616"]),
            Shape(name: "an empty length", fields: ["Content-Length: "]),
            Shape(name: "a length with a space in its name", fields: ["Content-Length : 6"]),
            Shape(name: "a folded length", fields: ["X: a", " Content-Length: 6"]),
            Shape(name: "a coding that is none", fields: ["Transfer-Encoding: xchunked"], body: "0\r\n\r\n"),
            Shape(name: "chunked is not last", fields: ["Transfer-Encoding: chunked, identity"], body: "0\r\n\r\n"),
            Shape(
                name: "two codings",
                fields: ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
                body: "0\r\n\r\n"
            ),
            Shape(
                name: "a coding after a tab",
                fields: ["Transfer-Encoding:\tchunked", "Content-Length: 4"],
                body: "0\r\n\r\n"
            ),
            Shape(
                name: "a coding with a bare line feed",
                fields: ["X: a\nTransfer-Encoding: chunked"],
                body: "0\r\n\r\n"
            ),
            Shape(
                name: "a coding with a bare carriage return",
                fields: ["X: a\rTransfer-Encoding: chunked"],
                body: "0\r\n\r\n"
            ),
            Shape(
                name: "a coding after a vertical tab",
                fields: ["Transfer-Encoding: \u{b}chunked"],
                body: "0\r\n\r\n"
            ),
            Shape(name: "a negative chunk", fields: ["Transfer-Encoding: chunked"], body: "-1\r\n\r\n"),
            Shape(
                name: "a chunk beyond all numbers",
                fields: ["Transfer-Encoding: chunked"],
                body: "fffffffffffffffff\r\n"
            ),
            Shape(name: "a chunk with a bare line feed", fields: ["Transfer-Encoding: chunked"], body: "0\n\n"),
            Shape(
                name: "a chunk with an extension",
                fields: ["Transfer-Encoding: chunked"],
                body: "0;a=\"\r\n\"\r\n\r\n"
            ),
            Shape(
                name: "chunks with trailers",
                fields: ["Transfer-Encoding: chunked"],
                body: "0\r\nContent-Length: 6\r\nX:\r\n\r\n"
            ),
            Shape(name: "a NUL in a field", fields: ["X: \u{0}"]),
            Shape(
                name: "an upgrade",
                fields: ["Connection: Upgrade", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"]
            ),
            Shape(
                name: "a WebSocket",
                fields: ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
            ),
        ]

        @Test("What a stranger hides behind a request has no effect", arguments: ambiguous)
        func hidden(shape: Shape) async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    for method in ["POST", "GET"] {
                        var request = RawRequest("/callback/0123456789ab/1/forged", method: method, body: shape.body)
                        (request.fields, request.length) = (["Host: example"] + shape.fields, nil)
                        let answer = try await listener.exchange(request.text + good.text)
                        #expect(Self.isRefused(answer), "\(answer)")
                    }
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                }
            }
        }

        @Test("What is no request of HTTP/1 is answered 400, once, and closed.")
        func none() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                try await ServedListener.serve(daemon) { listener in
                    for text in [
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /healthz\r\n", "GET \(good.path)\r\n\r\n",
                        "\r\n\r\n \r\n",
                        "POST \(good.path) HTTP/0.9\r\n\r\n",
                        "POST \(good.path) HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
                        "POST\t\(good.path)\tHTTP/1.1\r\n\r\n",
                        "post \(good.path) HTTP/1.1\r\n\r\n",
                        "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\r\n",
                        "{\"code\":0}\r\n\r\n", "\u{ff}\u{fe}\u{0}\u{0}\r\n\r\n", ":\r\n\r\n",
                    ] {
                        let answer = try await listener.exchange(text, thenFinish: true)
                        #expect(
                            answer == "" || answer.hasPrefix("HTTP/1.1 400 ") && Self.isRefused(answer),
                            "\(text.prefix(100)): \(answer)"
                        )
                    }
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                }
            }
        }

        @Test(
            "Every wrong address gets the same bytes, whatever the method, the version, the body and what it expects."
        )
        func same() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                let job = try await daemon.runningJob()
                let token = try daemon.engine.tokens.token(job: job, attempt: 1)
                let input = try daemon.engine.tokens.token(job: job, input: try #require(FileName("cat.png")))
                try await ServedListener.serve(daemon) { listener in
                    var answers: Set<String> = []
                    for path in [
                        "/", "*", "/callback/\(job)/1/\(token)x", "/callback/\(job)/1/",
                        "/callback/0123456789ab/1/\(token)",
                        "/callback/\(job)/1/\(String(repeating: "a", count: 8000))", "/callback/\(job)/1/%2e%2e",
                        "/callback/\(job)/1/\(input)", "/input/\(job)/\(token)/cat.png",
                        "/input/\(job)/\(input)/dog.png",
                        "/input/\(job)/\(input)/..%2F..%2Fetc%2Fpasswd", "/input/\(job)/\(input)/../../../etc/passwd",
                        "/input/\(job)/\(input)/cat.png%00.txt", "/input/\(job)/x/cat.png",
                        "/input/0123456789ab/x/cat.png",
                        "/healthz/", "/healthz/x", "//", "/callback//1/\(token)",
                        "/input/\(job)/\(input)/\(String(repeating: "a", count: 8000))",
                    ] {
                        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "PROPFIND"]
                        {
                            var request = RawRequest(path, method: method, body: method == "POST" ? "{\"a\":1}" : "")
                            answers.insert(try await listener.exchange(request.text))
                            request.fields += ["Range: bytes=0-1", "Expect: 100-continue", "X: \u{e9}"]
                            answers.insert(try await listener.exchange(request.text))
                        }
                    }
                    answers.insert(try await listener.exchange(RawRequest("example:443", method: "CONNECT").text))
                    answers.insert(try await listener.exchange(RawRequest("/").with { $0.version = "HTTP/1.0" }.text))
                    #expect(answers == ["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"])
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                }
            }
        }

        @Test("Of requests that follow each other on a connection, none after a stranger's first is looked at.")
        func pipelined() async throws {
            try await withDaemon {
                $0.cloud = .manual
            } _: { daemon in
                var good = RawRequest(try daemon.path(of: try await daemon.runningJob()))
                good.fields = ["Host: example"]
                let forged = good.with { $0.path += "x" }
                let health = RawRequest("/healthz", method: "GET", body: "").with { $0.fields = ["Host: example"] }
                try await ServedListener.serve(daemon) { [good] listener in
                    let many = try await listener.exchange(
                        String(repeating: health.text, count: 500) + forged.text + good.text
                    )
                    #expect(many.split(separator: "HTTP/1.1 ").count == 1 && many.hasPrefix("HTTP/1.1 200 OK\r\n"))
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [0])
                    let genuine = try await listener.exchange(String(repeating: good.text, count: 100) + forged.text)
                    #expect(genuine.split(separator: "{\"code\":0}").count == 101)
                    #expect(try await daemon.record(of: "cat.png").attempts.map(\.callbacks) == [100])
                }
            }
        }

        /// One answer that refuses, and nothing after it.
        private static func isRefused(_ answer: String) -> Bool {
            ["HTTP/1.1 400 ", "HTTP/1.1 404 "].contains { answer.hasPrefix($0) } && answer.hasSuffix("\r\n\r\n")
                && answer.split(separator: "HTTP/1.1 ").count == 1
        }
    }
}
