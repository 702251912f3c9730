import Crypto
import FoundationEssentials
import Glibc
import Jobs
import Spool

@testable import Daemon

extension EngineHarness {
    /// The path of a folder of a pipeline, or of something in it.
    func path(_ role: FolderRole, _ name: String = "", of pipeline: String = "oil") -> String {
        "\(root)/spool/\(role.rawValue)/\(pipeline)\(name.isEmpty ? "" : "/\(name)")"
    }

    /// A picture of its own for each seed.
    static func picture(_ seed: String, bytes: Int = 2000) -> [UInt8] {
        var state = seed.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        let noise = (0..<bytes).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + noise
    }

    /// Puts a file into an inbox as people do who know what they do: renamed into place, complete.
    @discardableResult
    func drop(_ name: String, _ content: [UInt8]? = nil, into pipeline: String = "oil") throws -> [UInt8] {
        let content = content ?? Self.picture(name)
        let first = String(name.split(separator: "/")[0])
        let staging = "\(root)/drop/\(UUID().uuidString)"
        let file = "\(staging)/\(name)"
        try FileManager.default.createDirectory(
            atPath: String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]),
            withIntermediateDirectories: true
        )
        guard FileManager.default.createFile(atPath: file, contents: Data(content)) else {
            throw Failure(text: "cannot write \(file)")
        }
        try Self.move("\(staging)/\(first)", to: path(.inbox, first, of: pipeline))
        return content
    }

    /// rename(2), which replaces nothing here that a test would miss.
    static func move(_ from: String, to: String) throws {
        guard rename(from, to) == 0 else { throw Failure(text: "cannot move \(from) to \(to): \(errno)") }
    }

    /// What people see in a folder, sorted; without `_STATUS.txt`, which every inbox has.
    func list(_ role: FolderRole, of pipeline: String = "oil") -> [String] {
        Self.visibleFiles(in: path(role, of: pipeline))
    }

    /// What people see below a folder, sorted.
    static func visibleFiles(in folder: String) -> [String] {
        // A staging folder that is removed meanwhile makes the walk fail: it is walked again.
        var walk: [String]?
        for _ in 1...100 where walk == nil {
            walk = try? FileManager.default.subpathsOfDirectory(atPath: folder)
        }
        let visible = (walk ?? []).filter { $0.split(separator: "/").allSatisfy { !$0.hasPrefix(".") } }
        return visible.filter { name in
            guard name != StatusFile.name.description else { return false }
            var isFolder = false
            let isThere = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
            return isThere && !isFolder
        }.sorted()
    }

    /// The bytes of a file.
    func content(_ role: FolderRole, _ name: String, of pipeline: String = "oil") throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path(role, name, of: pipeline)) else {
            throw Failure(
                text: "there is no \(role.rawValue)/\(pipeline)/\(name); there are \(list(role, of: pipeline))"
            )
        }
        return Array(data)
    }

    /// The text of a file.
    func text(_ role: FolderRole, _ name: String, of pipeline: String = "oil") throws -> String {
        String(decoding: try content(role, name, of: pipeline), as: UTF8.self)
    }

    /// A manifest in the outbox.
    func manifest(_ stem: String, of pipeline: String = "oil") throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(try content(.outbox, "\(stem).result.json", of: pipeline)))
    }

    /// The document beside a failed original.
    func notes(_ name: String, of pipeline: String = "oil") throws -> Notes {
        try JSONDecoder().decode(Notes.self, from: Data(try content(.failed, "\(name).error.json", of: pipeline)))
    }

    /// What programs read of `NAME.error.json`.
    struct Notes: Decodable {
        var message: String
        var hint: String
        var name: String
        var code: String?
        var code_name: String?
        var node: String?
        var node_id: String?
        var cost: CostDocument?
        var job: String
        var task_id: String?
        var attempts: Int
        var may_have_been_paid: Bool
    }
}

extension EngineHarness {
    /// SHA-256 in hexadecimal.
    static func sha256(_ content: [UInt8]) -> String {
        SHA256.hash(data: content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
