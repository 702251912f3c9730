import Crypto
import Foundation
import Glibc

/// One job's input, as a person dropped it.
struct Drop: Sendable, Hashable {
    let pipeline: String
    /// Different for each; every submission of it carries it.
    let stem: String
    /// The SHA-256 of each of its files, in hexadecimal, by their names.
    let files: [String: String]

    /// Whether a line of a judgement is about it.
    func isSubject(of line: String) -> Bool {
        [":", ".", " "].contains { line.contains("/\(stem)\($0)") } || line.hasSuffix("/\(stem)")
    }

    /// What it is called where it lies as a whole: a file, or a folder of several.
    var names: [String] { [stem] + files.keys }

    /// Whether a file or folder of this name is it.
    func isNamed(_ name: String) -> Bool { names.contains(name) }
}

/// Drops files as people do: whole by a rename, or written in place.
struct Dropper: Sendable {
    let workplace: Workplace
    /// Whether what is dropped is flushed to disk, as it has to be to outlive a power cut.
    var isFlushing = false

    private var folder: String { "\(workplace.disk)/drops" }

    /// Makes an input and drops it.
    ///
    /// - Parameters:
    ///   - pipeline: for which.
    ///   - stem: its name.
    ///   - generator: decides over contents and ways.
    /// - Throws: where the inbox is not there, among others.
    /// - Returns: what was dropped.
    func drop(
        _ pipeline: LaboratoryPipeline,
        stem: String,
        using generator: inout some RandomNumberGenerator
    ) async throws -> Drop {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let inbox = workplace.path("inbox", of: pipeline)
        if pipeline.inputs.count > 1 {
            return try dropFolder(pipeline, stem: stem, into: inbox, using: &generator)
        }
        let name = "\(stem).png"
        let content = Self.content(named: name, using: &generator)
        if pipeline.hasParameters {
            let parameters = "\(name).yaml"
            try write(Array("params: { prompt: a harbour at dawn }\n".utf8), to: "\(folder)/\(parameters)")
            try move("\(folder)/\(parameters)", to: "\(inbox)/\(parameters)")
        }
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<6:
            let source = pipeline.inbox == nil ? "\(folder)/\(name)" : "\(inbox)/.\(name)"
            try write(content, to: source)
            try move(source, to: "\(inbox)/\(name)")
        case 6..<9:
            try write(content, to: "\(inbox)/\(name)")
        default:
            try await writeSlowly(content, to: "\(inbox)/\(name)")
        }
        if isFlushing { try Self.flushFolders([inbox]) }
        return Drop(pipeline: pipeline.name, stem: stem, files: [name: Self.digest(of: content)])
    }

    private func dropFolder(
        _ pipeline: LaboratoryPipeline,
        stem: String,
        into inbox: String,
        using generator: inout some RandomNumberGenerator
    ) throws -> Drop {
        let path = "\(folder)/\(stem)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        var files: [String: String] = [:]
        for input in pipeline.inputs {
            let content = Self.content(named: "\(stem)/\(input)", using: &generator)
            try write(content, to: "\(path)/\(input).png")
            files["\(input).png"] = Self.digest(of: content)
        }
        if isFlushing { try Self.flushFolders([path]) }
        try move(path, to: "\(inbox)/\(stem)")
        if isFlushing { try Self.flushFolders([inbox]) }
        return Drop(pipeline: pipeline.name, stem: stem, files: files)
    }

    /// A PNG file by its first bytes, and nothing else by the rest.
    static func content(named name: String, using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var content: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + Array(name.utf8)
        let count = 1 << Int.random(in: 6...15, using: &generator)
        for _ in 0..<(count / 8) {
            withUnsafeBytes(of: generator.next()) { content += Array($0) }
        }
        return content
    }

    static func digest(of content: [UInt8]) -> String {
        SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
    }

    private func write(_ content: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o664)
        guard file >= 0 else { throw ChildProcess.Failure(what: path, code: errno) }
        defer { close(file) }
        guard Glibc.write(file, content, content.count) == content.count, !isFlushing || fsync(file) == 0 else {
            throw ChildProcess.Failure(what: path, code: errno)
        }
    }

    /// In two halves; never silent for longer than the quiet time between.
    private func writeSlowly(_ content: [UInt8], to path: String) async throws {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o664)
        guard file >= 0 else { throw ChildProcess.Failure(what: path, code: errno) }
        defer { close(file) }
        let half = content.count / 2
        Glibc.write(file, content, half)
        try await Task.sleep(for: .milliseconds(50))
        _ = content.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: half), content.count - half) }
        if isFlushing { fsync(file) }
    }

    /// By one rename; on another mount under a hidden name first.
    func move(_ old: String, to new: String) throws {
        if rename(old, new) == 0 { return }
        guard errno == EXDEV else { throw ChildProcess.Failure(what: new, code: errno) }
        let target = URL(filePath: new)
        let hidden = target.deletingLastPathComponent().appending(path: ".\(target.lastPathComponent)").path
        do {
            try FileManager.default.copyItem(atPath: old, toPath: hidden)
        } catch {
            throw ChildProcess.Failure(
                what: hidden,
                code: access(target.deletingLastPathComponent().path, W_OK) == 0 ? EIO : errno
            )
        }
        try FileManager.default.removeItem(atPath: old)
        guard rename(hidden, new) == 0 else { throw ChildProcess.Failure(what: new, code: errno) }
    }

    /// Flushes the entries of folders.
    static func flushFolders(_ paths: [String]) throws {
        for path in paths {
            let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            defer { close(folder) }
            guard fsync(folder) == 0 else { throw ChildProcess.Failure(what: path, code: errno) }
        }
    }
}
