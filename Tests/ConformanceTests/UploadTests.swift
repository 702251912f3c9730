import Foundation
import RunningHub
import RunningHubSimulator
import Testing

import struct Jobs.Phrase

extension Bench {
    /// Uploads some bytes under a name.
    func upload(
        _ bytes: [UInt8] = Array("not much of a picture".utf8),
        named name: String = "photo.png",
        kind: String = "input",
        to endpoint: UploadEndpoint
    ) async throws -> UploadedFile {
        let place = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString)")
        try Data(bytes).write(to: place)
        let handle = try FileHandle(forReadingFrom: place)
        try FileManager.default.removeItem(at: place)
        defer { try? handle.close() }
        return try await cloud.upload(
            descriptor: handle.fileDescriptor,
            length: Int64(bytes.count),
            name: Array(name.utf8),
            kind: kind,
            to: endpoint
        )
    }
}

/// API.md §2.1 and §2.2 (upload), §2.5, §5.
@Suite("Both uploads, in every variation", .serialized, .timeLimit(.minutes(1)))
struct UploadTests {
    @Test("A file that was taken has a name, however it is told", arguments: UploadEndpoint.allCases, takenForms)
    func taken(endpoint: UploadEndpoint, variation: Variation<UploadedFile>) async throws {
        try await withBench(variation.settings) { bench in
            let file = try await bench.upload(to: endpoint)
            let seen = try #require(await bench.simulator.record.uploads.first)
            #expect(file.fileName == seen.name)
            #expect(seen.fileName == "photo.png")
            #expect(seen.bytes == 21)
            if endpoint == .v1 { #expect(file.downloadURL == nil) }
            try variation.expect(file)
        }
    }

    static let takenForms: [Variation<UploadedFile>] = [
        Variation("§2.1, §2.2 as documented") {
            #expect($0.fileName.hasPrefix($0.downloadURL == nil ? "api/" : "openapi/"))
            #expect($0.fileName.hasSuffix(".png"))
        },
        Variation("§2.2 the name begins with api/", { $0.uploads.prefix = .api }) {
            #expect($0.fileName.hasPrefix("api/"))
        },
        Variation("§2.1 a bare name", { $0.uploads.prefix = .none }) { #expect(!$0.fileName.contains("/")) },
        Variation(
            "§2.2 msg in place of message, and the reverse",
            { $0.forms.renamed = ["msg": "message", "message": "msg"] }
        ) { _ in
        },
        Variation("§2.2 code 200", { $0.forms.successCode = 200 }) { _ in },
        Variation("§2.6 code a text", { $0.forms.codeAsText = true }) { _ in },
        Variation("§2.1 errorMessages", { $0.forms.errorMessages = true }) { _ in },
        Variation("§2.1 msg empty", { $0.forms.successMessage = "" }) { _ in },
        Variation("§2.2 filename in small letters", { $0.forms.renamed = ["fileName": "filename"] }) { _ in },
        Variation("§2.2 size a number", { $0.forms.figures = .numbers }) { _ in },
        Variation("§2.2 no download_url", { $0.forms.omitted = ["download_url", "type", "size"] }) {
            #expect($0.downloadURL == nil)
        },
        Variation("§2.1 no fileType", { $0.forms.omitted = ["fileType"] }) { _ in },
    ]

    @Test("A refusal is one, however it is told", arguments: UploadEndpoint.allCases, refusedForms)
    func refused(endpoint: UploadEndpoint, variation: Variation<CloudError>) async throws {
        try await withBench(variation.settings) { bench in
            do {
                let file = try await bench.upload(Array(repeating: 0x2A, count: 200_000), to: endpoint)
                Issue.record("\(file) was taken")
            } catch let error as CloudError {
                try variation.expect(error)
            }
        }
    }

    static let refusedForms: [Variation<CloudError>] = [
        Variation("§5 too large", { $0.uploads.largestFile = 20 }) { error in
            #expect(error.code == .tooLarge)
            #expect(error.hint?.text().contains("{url}") == true)
        },
        Variation("§5 too large for the gateway", { $0.faults.upload.http = [StatusFault(413, .always)] }) {
            #expect($0.code == .tooLarge)
        },
        Variation("§2.6 too large, code a text") { settings in
            settings.uploads.largestFile = 20
            settings.forms.codeAsText = true
        } expect: {
            #expect($0.code == .tooLarge)
        },
        Variation("§4 808", { $0.faults.upload.errors = [CodeFault(808, .always)] }) {
            #expect($0.disposition == .retry(after: nil))
        },
        Variation("§1 the key is not known", { $0.keys[0].key = "ffffffffffffffffffffffffffffffff" }) {
            #expect($0.disposition == .restKey(.unauthorized))
        },
        Variation("§2.5 HTTP 429", { $0.faults.upload.http = [StatusFault(429, .always)] }) {
            #expect($0.code == .busy)
        },
        Variation("§2.5 HTTP 502", { $0.faults.upload.http = [StatusFault(502, .always)] }) {
            #expect($0.code == .badAnswer)
        },
        Variation("§2.5 not JSON", { $0.faults.upload.lostByGarbage = .always }) { #expect($0.code == .badAnswer) },
        Variation("§9 done, then cut", { $0.faults.upload.lostByCut = .always }) { #expect($0.code == .interrupted) },
        Variation("§9 cut half way", { $0.faults.uploadCutMidway = .always }) { #expect($0.code == .interrupted) },
    ]

    @Test("The kind is sent to version 1 and echoed", arguments: ["image", "video", "audio", "input"])
    func kinds(kind: String) async throws {
        try await withBench { bench in
            _ = try await bench.upload(kind: kind, to: .v1)
            #expect(await bench.simulator.record.uploads.map(\.fileType) == [kind])
        }
    }

    @Test("An archive has a name without prefix and extension", arguments: UploadEndpoint.allCases)
    func archive(endpoint: UploadEndpoint) async throws {
        try await withBench { bench in
            let file = try await bench.upload(named: "photos.zip", to: endpoint)
            #expect(file.fileName.count == 64)
        }
    }

    @Test("The same bytes have the same name, and a node takes it", arguments: UploadEndpoint.allCases)
    func sameBytes(endpoint: UploadEndpoint) async throws {
        try await withBench({ $0.uploads.mustExist = true }) { bench in
            let first = try await bench.upload(to: endpoint)
            #expect(try await bench.upload(to: endpoint) == first)
            let node = Submission.Node(id: "285", field: "image", value: .text(first.fileName))
            let task = await bench.cloud.submit(Submission(target: .aiApp("2016740236478386178"), nodes: [node]))
            #expect(task.created != nil)
            #expect(await bench.simulator.record.submissions.first?.uploads == [first.fileName])
        }
    }
}
