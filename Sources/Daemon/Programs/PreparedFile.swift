import FoundationEssentials
import Glibc
import Jobs
import Spool

/// A folder in the state's in which a program makes one file of a dropped one; it vanishes with this value.
///
/// The dropped file lies in it under a name of our own, as a link with the extension of its kind: no name that a stranger chose reaches the
/// program's command line.
final class PreparationFolder: Sendable {
    /// The path that stands for the dropped file.
    let input: String
    /// The folder in which the program is to leave one file.
    let folder: String
    private let path: String

    /// Where all of them lie, below the state's folder.
    static let name = "prepared"
    /// The name, without an extension, that `{output}` ends with.
    static let outputName = "output"

    /// Makes one.
    ///
    /// Blocks.
    ///
    /// - Parameters:
    ///   - state: the state's folder.
    ///   - name: a name that no other has at the same time.
    ///   - file: the dropped file's path in bytes.
    ///   - kind: its kind.
    /// - Throws: where the state's folder cannot be written.
    init(in state: String, named name: String, for file: [UInt8], of kind: MediaKind) throws {
        path = "\(state)/\(Self.name)/\(name)"
        input = "\(path)/input.\(kind.fileExtension)"
        folder = "\(path)/made"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let target = file + [0]
        let status = target.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { path in path.baseAddress.map { symlink($0, input) } ?? -1 }
        }
        guard status == 0 else { throw SystemError(call: "symlink", code: errno) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Removes what a crash has left of them.
    static func removeAll(in state: String) {
        try? FileManager.default.removeItem(atPath: "\(state)/\(name)")
    }

    /// The one file that the program has left.
    ///
    /// Blocks.
    func made() throws -> Made {
        let folder = try Folder(path: folder)
        let listing = try DirectoryListing(of: folder)
        var entries: [Entry] = []
        while let page = try listing.nextPage() {
            for item in page where entries.count < 2 { try folder.entry(item.name).map { entries.append($0) } }
        }
        guard let entry = entries.first else { return .nothing }
        guard entries.count == 1 else { return .several }
        guard entry.kind == .file, entry.identity.size > 0 else { return .nothing }
        let (_, file) = try folder.openClaimed(RelativePath(name: entry.name), expecting: entry.identity)
        return file.map { .file($0, fileExtension: entry.name.fileExtension) } ?? .nothing
    }

    /// What a program has left.
    enum Made: Sendable {
        case file(ClaimedFile, fileExtension: [UInt8])
        case nothing
        case several
    }
}

/// What is uploaded in the place of a dropped file.
struct PreparedFile: Sendable {
    let file: ClaimedFile
    /// The name that RunningHub is given: the dropped one's, with the extension of what was made.
    let name: [UInt8]
    /// Keeps what was made.
    let folder: PreparationFolder
}
