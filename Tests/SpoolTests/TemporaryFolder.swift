import Glibc
import Jobs
import Spool
import Testing

/// A folder of a test's own, removed with everything in it when the test lets go of it.
final class TemporaryFolder: Sendable {
    /// Its absolute path.
    let path: String

    /// Makes one, by default on the file system of `/tmp`; in `/dev/shm` for another one.
    init(in parent: String = "/tmp") throws {
        var template = Array("\(parent)/runninghubd-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", code: errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        Self.empty(path)
        rmdir(path)
    }

    /// Opens it.
    func open(calls: any SystemCalls = LinuxCalls()) throws -> Folder {
        try Folder(path: path, calls: calls)
    }

    /// Makes a folder below it, and opens it.
    func folder(_ name: String, calls: any SystemCalls = LinuxCalls()) throws -> Folder {
        mkdir("\(path)/\(name)", 0o770)
        return try Folder(path: "\(path)/\(name)", calls: calls)
    }

    /// Writes a file and closes it.
    func write(_ text: String, to name: String) throws {
        try write(Array(text.utf8), to: Array(name.utf8))
    }

    /// Writes a file whose name is bytes.
    func write(_ bytes: [UInt8], to name: [UInt8], flags: CInt = O_WRONLY | O_CREAT | O_TRUNC) throws {
        let folder = try open()
        let descriptor = try folder.calls.open(name, in: folder.descriptor, flags: flags, mode: 0o660)
        defer { try? folder.calls.close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try rest.withUnsafeBytes { try folder.calls.write(descriptor, $0) }
            rest = rest.dropFirst(count)
        }
    }

    /// A file's content; nothing where there is none.
    func read(_ name: String) -> String? {
        guard let file = fopen("\(path)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in it or in a folder below, sorted, the hidden ones with them.
    func names(in folder: String = ".") throws -> [String] {
        let listing = try DirectoryListing(of: try Folder(path: "\(path)/\(folder)"))
        var names: [String] = []
        while let page = try listing.nextPage() { names += page.map(\.name.description) }
        return names.sorted()
    }

    private static func empty(_ path: String) {
        guard let directory = opendir(path) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                    Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            guard name != [46, 0], name != [46, 46, 0] else { continue }
            let child = Array(path.utf8CString.dropLast()) + [47] + name
            guard unlink(child) != 0 else { continue }
            empty(bytes: child)
            rmdir(child)
        }
    }

    private static func empty(bytes: [CChar]) {
        empty(String(decoding: bytes.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
}

/// A name that a test knows to be one.
func name(_ text: String) throws -> FileName {
    try #require(FileName(text))
}

/// A path of a test, folders and name separated by `/`.
func path(_ text: String) throws -> RelativePath {
    try #require(RelativePath(bytes: Array(text.utf8)))
}
