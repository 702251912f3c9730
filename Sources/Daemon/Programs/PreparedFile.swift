import FoundationEssentials
import Glibc
import Jobs
import Spool

/// A folder in the state's in which a program makes one file of a dropped one; it vanishes with this value.
///
/// The dropped file lies in it under a name of our own, with the extension of its kind, as a link to the file that is open here: no name
/// that a stranger chose reaches the program's command line, and whatever somebody puts in the file's place meanwhile is not what it reads.
final class PreparationFolder: Sendable {
    /// The path that stands for the dropped file.
    let input: String
    /// The folder in which the program is to leave one file.
    let folder: String
    /// What the program finds as its home: what it leaves there is not what it makes.
    let home: String
    private let file: ClaimedFile

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
    ///   - file: the dropped file.
    ///   - kind: its kind.
    /// - Throws: `SystemError` where the state's folder cannot be written.
    init(in state: String, named name: String, for file: ClaimedFile, of kind: MediaKind) throws(SystemError) {
        let all = "\(state)/\(Self.name)"
        home = "\(all)/\(name)"
        input = "\(home)/input.\(kind.fileExtension)"
        folder = "\(home)/made"
        self.file = file
        try? FileManager.default.removeItem(atPath: home)
        for path in [all, home, folder] where mkdir(path, 0o700) != 0 && (path != all || errno != EEXIST) {
            throw SystemError(call: "mkdir", code: errno, subject: Array(path.utf8))
        }
        // The program runs as the same user, so it may open what is open here (proc_pid_fd(5)).
        guard symlink("/proc/\(getpid())/fd/\(file.descriptor)", input) == 0 else {
            throw SystemError(call: "symlink", code: errno, subject: Array(input.utf8))
        }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: home)
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
