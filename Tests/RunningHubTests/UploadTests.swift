import Glibc
import NIOCore
import NIOHTTP1
import Testing

import struct Jobs.Secret

@testable import RunningHub

@Suite("Uploading over a real connection", .timeLimit(.minutes(1)))
struct UploadTests {
    private static let hash = String(repeating: "0f", count: 32)
    private static let success1 = answer(
        "200 OK",
        #"{"code":0,"msg":"success","data":{"fileName":"api/\#(hash).png","fileType":"image"}}"#
    )
    private static let success2 = answer(
        "200 OK",
        #"{"code":0,"message":"success","data":{"type":"image","download_url":"https://h/x.png?s=1","fileName":"openapi/\#(hash).png","size":"3490"}}"#
    )

    /// More than one piece, of bytes that are not text.
    private static let bytes = (0..<300_001).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 / 251) }

    @Test("Version 1 receives the key, the kind and the file, byte for byte")
    func version1() async throws {
        try await withCloud(answering: { _ in [.send(Self.success1)] }) { cloud, server in
            let file = TemporaryFile(Self.bytes)
            let uploaded = try await cloud.upload(
                descriptor: file.descriptor,
                length: Int64(Self.bytes.count),
                name: Array("cat.png".utf8),
                kind: "image",
                to: .v1,
                boundary: "B"
            )
            #expect(uploaded == UploadedFile(fileName: "api/\(Self.hash).png", downloadURL: nil))
            let request = try #require(server.requests.first)
            let head = """
                --B\r\nContent-Disposition: form-data; name="apiKey"\r\n\r\n\(key.expose())\r\n\
                --B\r\nContent-Disposition: form-data; name="fileType"\r\n\r\nimage\r\n\
                --B\r\nContent-Disposition: form-data; name="file"; filename="cat.png"\r\n\
                Content-Type: application/octet-stream\r\n\r\n
                """
            #expect(request.uri == "/task/openapi/upload")
            #expect(request.headers["Content-Type"] == ["multipart/form-data; boundary=B"])
            #expect(request.headers["Content-Length"] == ["\(request.body.count)"])
            #expect(request.headers["Transfer-Encoding"].isEmpty)
            #expect(request.body == Array(head.utf8) + Self.bytes + Array("\r\n--B--\r\n".utf8))
        }
    }

    @Test("Version 2 receives the file alone and gives its address")
    func version2() async throws {
        try await withCloud(answering: { _ in [.send(Self.success2)] }) { cloud, server in
            let file = TemporaryFile([1, 2, 3])
            let uploaded = try await cloud.upload(
                descriptor: file.descriptor,
                length: 3,
                name: Array("a.png".utf8),
                to: .v2
            )
            #expect(uploaded == UploadedFile(fileName: "openapi/\(Self.hash).png", downloadURL: "https://h/x.png?s=1"))
            let request = try #require(server.requests.first)
            #expect(request.uri == "/openapi/v2/media/upload/binary")
            #expect(request.headers["Authorization"] == ["Bearer \(key.expose())"])
            #expect(!request.text.contains(key.expose()))
        }
    }

    @Test("The file's position is neither used nor moved, so an upload can be made again")
    func position() async throws {
        try await withCloud(answering: { _ in [.send(Self.success1)] }) { cloud, server in
            let file = TemporaryFile(Array("abc".utf8))
            lseek(file.descriptor, 2, SEEK_SET)
            for _ in 0..<2 {
                _ = try await cloud.upload(descriptor: file.descriptor, length: 3, name: [], to: .v1, boundary: "B")
            }
            #expect(lseek(file.descriptor, 0, SEEK_CUR) == 2)
            #expect(server.requests.allSatisfy { $0.text.contains("\r\n\r\nabc\r\n--B--") })
            #expect(server.requests.count == 2)
        }
    }

    @Test("A file that has another length than it had is not uploaded", arguments: [2, 4, 0])
    func wrongLength(length: Int) async throws {
        try await withCloud(answering: { _ in [.send(Self.success1)] }) { cloud, server in
            let file = TemporaryFile(Array("abc".utf8))
            let error = await #expect(throws: CloudError.self) {
                try await cloud.upload(descriptor: file.descriptor, length: Int64(length), name: [], to: .v1)
            }
            #expect(error?.code == .fileChanged)
            #expect(error?.disposition == .settleAgain)
            #expect(server.connections == 0)
        }
    }

    @Test("A file that changes its length while it is uploaded never arrives whole", arguments: [true, false])
    func changesMeanwhile(grows: Bool) async throws {
        let file = TemporaryFile(Self.bytes)
        let source = try UploadSource(duplicating: file.descriptor, length: Int64(Self.bytes.count))
        let form = UploadForm(boundary: "B", fields: [], fileName: [])
        var sent = 0
        let error = await #expect(throws: CloudError.self) {
            for try await piece in UploadBody(form: form, source: source) {
                sent += piece.readableBytes
                if sent == form.head.readableBytes {
                    if grows { file.append([0]) } else { file.truncate(to: UploadSource.pieceSize) }
                }
            }
        }
        #expect(error?.code == .fileChanged)
        #expect(Int64(sent) < form.length(around: source.length))
    }

    @Test("The change is what the upload reports, not the broken connection")
    func changeOverTheWire() async throws {
        let file = TemporaryFile(Self.bytes)
        // More than the kernel's buffers take, so that it is not all sent before it shrinks.
        let length = 256 << 20
        file.truncate(to: length)
        let descriptor = file.descriptor
        try await withCloud(
            at: .headRead,
            answering: { _ in
                ftruncate(descriptor, 10)
                return []
            }
        ) { cloud, server in
            // The server's first look at the request shrinks the file; how much was read by then is the network's to decide.
            let error = await #expect(throws: CloudError.self) {
                try await cloud.upload(descriptor: descriptor, length: Int64(length), name: [], to: .v1)
            }
            #expect(error?.code == .fileChanged)
            #expect(server.requests.isEmpty)
        }
    }

    @Test("A descriptor that is not open cannot be read")
    func notOpen() async throws {
        try await withTransport { transport in
            let cloud = Cloud(site: try Site("http://127.0.0.1:1"), key: key, transport: transport)
            let error = await #expect(throws: CloudError.self) {
                try await cloud.upload(descriptor: -1, length: 1, name: [], to: .v1)
            }
            #expect(error?.code == .fileUnreadable)
        }
    }

    static let namesCases: [([UInt8], String)] = [
        (Array("cat.png".utf8), "cat.png"), (Array("猫 кот.png".utf8), "猫 кот.png"),
        (Array("a\"b\\c/d:e;f%g.png".utf8), "a_b_c_d_e_f_g.png"),
        (Array("a\r\nContent-Type: x\r\n\r\n.png".utf8), "a__Content-Type_ x____.png"),
        ([0x61, 0xFF, 0xFE, 0x00, 0x7F, 0x2E, 0x70], "a____.p"), ([], "file"), (Array("..".utf8), "file"),
        (Array("   ".utf8), "file"),
        (Array("a\u{85}b\u{2028}c\u{2029}d.png".utf8), "a_b_c_d.png"),
    ]

    @Test("A file's name cannot leave its place in the form", arguments: namesCases)
    func names(bytes: [UInt8], safe: String) {
        #expect(UploadForm.safeName(bytes) == safe)
    }

    @Test("A long name keeps its end")
    func longName() {
        let name = UploadForm.safeName(Array((String(repeating: "图", count: 300) + ".png").utf8))
        #expect(name.hasSuffix("图.png"))
        #expect(name.utf8.count <= UploadForm.maximumNameLength)
    }

    @Test("A boundary is new each time and needs no quoting")
    func boundary() {
        let boundaries = (0..<50).map { _ in Cloud.randomBoundary() }
        #expect(Set(boundaries).count == 50)
        #expect(
            boundaries.allSatisfy { $0.utf8.count <= 70 && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" } }
        )
    }

    static let answersCases: [(String, Int, CloudError.Code)] = [
        (#"{"code":809,"msg":"APIKEY_FILE_SIZE_EXCEEDED","data":null}"#, 200, .tooLarge),
        (#"{"errorCode":"1008","errorMessage":"too large"}"#, 200, .tooLarge),
        ("<html>413</html>", 413, .tooLarge),
        (#"{"code":412,"msg":"TOKEN_INVALID","data":null}"#, 200, .keyRefused(.unauthorized)),
        (#"{"code":808,"msg":"APIKEY_UPLOAD_FAILED","data":null}"#, 200, .badAnswer),
        (#"{"code":1003,"msg":"slow down","data":null}"#, 200, .busy),
        (#"{"code":301,"msg":"PARAMS_INVALID","data":null}"#, 200, .refused),
        (#"{"code":7777,"msg":"?","data":null}"#, 200, .badAnswer),
        (#"{"code":7777,"msg":"?","data":{"fileName":"api/x.png"}}"#, 200, .badAnswer),
        (#"{"code":0,"msg":"success","data":null}"#, 200, .badAnswer),
        (#"{"code":0,"msg":"success","data":{"fileName":""}}"#, 200, .badAnswer),
        (#"{"code":0,"msg":"success","data":{"fileName":"a\r\nb"}}"#, 200, .badAnswer),
        ("<html>", 200, .badAnswer), ("<html>", 502, .badAnswer), ("", 503, .busy), ("", 302, .badAnswer),
    ]

    @Test("Every answer to an upload has its meaning", arguments: answersCases)
    func answers(body: String, status: Int, code: CloudError.Code) {
        let error = #expect(throws: CloudError.self) { try UploadedFile.judge(answered(body, status: status)) }
        #expect(error?.code == code)
    }

    @Test(
        "Spellings of success are all taken",
        arguments: [
            #"{"code":0,"data":{"fileName":"a"}}"#, #"{"code":200,"msg":"success","data":{"filename":"a"}}"#,
            #"{"code":"0","message":"success","data":{"fileName":"a","size":"3"}}"#, #"{"fileName":"a"}"#,
        ]
    )
    func success(body: String) throws {
        #expect(try UploadedFile.judge(answered(body)).fileName == "a")
    }

    @Test("A server that refuses before it has read the file is heard")
    func earlyRefusal() async throws {
        let refusal = answer("413 Payload Too Large", "<html>", headers: ["Connection: close"])
        try await withCloud(at: .headRead, answering: { _ in [.send(refusal)] }, .brief) { cloud, _ in
            let big = [UInt8](repeating: 1, count: 20_000_000)
            let file = TemporaryFile(big)
            let error = await #expect(throws: CloudError.self) {
                try await cloud.upload(descriptor: file.descriptor, length: Int64(big.count), name: [], to: .v1)
            }
            #expect(error?.code == .tooLarge)
        }
    }
}
