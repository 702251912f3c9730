import Glibc
import Jobs
import NIOCore
import Spool

/// Where a command writes a copy of the ledger: a new file that only its owner may read, there whole or not at all.
package final class BackupFile {
    private let folder: Folder
    private let name: FileName
    private let partName: FileName
    private let path: String
    private var descriptor: CInt?

    /// Why it could not be written, with what to do.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Begins the file; one that is there already is never replaced.
    ///
    /// Blocks.
    package init(path: String) throws(Failure) {
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let last = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard let name = FileName(last) else { throw Failure(description: "\(path) is no name for a file.") }
        (self.path, self.name) = (path, name)
        partName = FileName(cleaning: ".\(last).\(getpid()).part".utf8)
        do {
            folder = try Folder(path: parent)
            guard try folder.entry(name) == nil else { throw Self.taken(path) }
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
            descriptor = try folder.calls.open(partName.bytes, in: folder.descriptor, flags: flags, mode: 0o600)
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(description: "\(path) cannot be written: \(error).")
        }
    }

    deinit {
        guard let descriptor else { return }
        close(descriptor)
        try? folder.remove(partName)
    }

    /// Appends bytes; blocks.
    func write(_ buffer: ByteBuffer) throws(Failure) {
        var rest = buffer.readableBytesView[...]
        while !rest.isEmpty, let descriptor {
            let bytes = Array(rest)
            let count: Int
            do {
                count = try bytes.withUnsafeBytes { try folder.calls.write(descriptor, $0) }
            } catch {
                throw Failure(description: "\(path) cannot be written: \(error).")
            }
            rest = rest.dropFirst(count)
        }
    }

    /// Gives the file its name, once all of it is on disk.
    ///
    /// Blocks.
    func finish() throws(Failure) {
        guard let descriptor else { return }
        do {
            try folder.calls.synchronize(descriptor)
            try folder.place(partName, in: folder, as: name)
            try folder.synchronize()
        } catch  where error.code == EEXIST {
            throw Self.taken(path)
        } catch {
            throw Failure(description: "\(path) cannot be written: \(error).")
        }
        close(descriptor)
        self.descriptor = nil
    }

    private static func taken(_ path: String) -> Failure {
        Failure(description: "\(path) is there already, and is not replaced: name another file.")
    }
}
