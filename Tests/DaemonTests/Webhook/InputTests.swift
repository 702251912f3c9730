import AsyncHTTPClient
import FoundationEssentials
import Jobs
import NIOCore
import NIOHTTP1
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Files that are loaded by address", .timeLimit(.minutes(1)))
    struct InputTests {
        /// What an address gives.
        private func load(
            _ url: String,
            _ method: HTTPMethod = .GET,
            _ fields: HTTPHeaders = [:]
        ) async throws -> (status: UInt, fields: HTTPHeaders, body: [UInt8]) {
            var request = HTTPClientRequest(url: url)
            request.method = method
            request.headers = fields
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            let body = try await response.body.collect(upTo: 64 << 20)
            return (response.status.code, response.headers, Array(body.readableBytesView))
        }

        /// A daemon whose pipeline has its file loaded by address, while the task runs.
        private func withRunningTask(
            _ name: String,
            bytes: Int = 2000,
            _ body: (EngineHarness, _ url: String, _ content: [UInt8]) async throws -> Void
        ) async throws {
            try await withDaemon {
                $0.cloud = .manual
                // The test asks for the file itself.
                $0.cloud.tasks.loadsAddresses = false
                $0.pipeline {
                    $0.nodes = [.text("{url}")]
                    $0.limits.upload = 1000
                }
            } _: { daemon in
                let content = try daemon.drop(name, EngineHarness.picture(name, bytes: bytes))
                try await daemon.told(.submitted)
                let url = try #require(await daemon.submissions.first?.nodes.first?.value)
                try await body(daemon, url, content)
            }
        }

        @Test("A file over the upload limit is given away whole, with its type and length, without an upload.")
        func whole() async throws {
            try await withRunningTask("большой кот 100%.png", bytes: 3_000_000) { daemon, url, content in
                #expect(url.hasSuffix(".png") && !url.contains(" "))
                let answer = try await load(url)
                #expect(answer.status == 200 && answer.body == content)
                #expect(answer.fields["content-type"] == ["image/png"])
                #expect(answer.fields["content-length"] == [String(content.count)])
                #expect(answer.fields["accept-ranges"] == ["bytes"])
                let head = try await load(url, .HEAD)
                #expect(head.status == 200 && head.body.isEmpty)
                #expect(head.fields["content-length"] == [String(content.count)])
                #expect(await daemon.simulator.record.uploads.isEmpty)
            }
        }

        @Test("A part is given where a part is asked for, unless the file is said to be another.")
        func parts() async throws {
            try await withRunningTask("cat.png", bytes: 992) { _, url, content in
                let part = try await load(url, .GET, ["Range": "bytes=100-199"])
                #expect(part.status == 206 && part.body == Array(content[100..<200]))
                #expect(part.fields["content-range"] == ["bytes 100-199/1000"])
                let tag = try #require(part.fields.first(name: "etag"))
                let rest = try await load(url, .GET, ["Range": "bytes=900-", "If-Range": tag])
                #expect(rest.status == 206 && rest.body == Array(content[900...]))
                let other = try await load(url, .GET, ["Range": "bytes=900-", "If-Range": "\"another\""])
                #expect(other.status == 200 && other.body == content)
                let none = try await load(url, .GET, ["Range": "bytes=5000-"])
                #expect(none.status == 416 && none.fields["content-range"] == ["bytes */1000"] && none.body.isEmpty)
            }
        }

        @Test("No other file, name, job or token gets anything, and nobody may write.")
        func refused() async throws {
            try await withRunningTask("cat.png") { daemon, url, _ in
                try daemon.drop("dog.png")
                try await daemon.told(.submitted, about: "dog.png")
                let parts = url.split(separator: "/").map(String.init)
                let (job, token) = (parts[parts.count - 3], parts[parts.count - 2])
                let other = try await daemon.record(of: "dog.png").job.id
                for path in [
                    "input/\(job)/\(token)/dog.png", "input/\(other)/\(token)/cat.png",
                    "input/\(job)/\(token.dropLast())x/cat.png", "input/\(job)//cat.png", "input/\(job)/\(token)/",
                    "input/\(job)/\(token)/..%2Fcat.png", "input/\(job)/\(token)/cat.png/x",
                    "input/\(job)/\(token)/%63at.pn", "input/\(job)/\(token)/cat.png%0", "input/\(job)/\(token)/%00",
                ] {
                    #expect(try await load("\(daemon.publicURL)/\(path)").status == 404, "\(path)")
                }
                #expect(try await load("\(daemon.publicURL)/prefix/input/\(job)/\(token)/%63at.png").status == 200)
                #expect(try await load(url, .POST).status == 405)
                #expect(try await load(url, .DELETE).status == 405)
            }
        }

        @Test("The address is good as long as the task may need the file, and no longer.")
        func whileNeeded() async throws {
            try await withRunningTask("cat.png") { daemon, url, content in
                try await daemon.restart()
                #expect(try await load(url).body == content)
                await daemon.simulator.finish(try #require(await daemon.simulator.record.tasks.first?.id))
                try await daemon.told(.tidied)
                #expect(try await load(url).status == 404)
                #expect(try daemon.manifest("cat").sources.first?.sha256 != nil)
            }
        }

        @Test("A file that was put in the place of what was claimed is not given away.")
        func replaced() async throws {
            try await withRunningTask("cat.png") { daemon, url, _ in
                try EngineHarness.move(daemon.path(.work, "cat.png"), to: "\(daemon.root)/drop/kept.png")
                #expect(try await load(url).status == 404)
                try Data(EngineHarness.picture("other")).write(to: URL(filePath: daemon.path(.work, "cat.png")))
                #expect(try await load(url).status == 404)
            }
        }
    }
}
