internal import Glibc
package import Jobs

/// `_STATUS.txt`: what a pipeline's inbox says about itself to people who know nothing but folders.
package enum StatusFile {
    /// Its name.
    package static let name = FileName(cleaning: "_STATUS.txt".utf8)

    private static let temporary = FileName(cleaning: "._STATUS.txt.new".utf8)

    /// Puts a text in its place, whole at every moment; mode 0660, less the umask.
    ///
    /// Not flushed to disk: after a power cut the next start writes it anew. Fails where somebody has the old one open in a way that keeps it
    /// from being replaced, as file servers for Windows allow. Blocks.
    package static func write(_ text: String, in inbox: Folder) throws(SystemError) {
        let calls = inbox.calls
        do throws(SystemError) {
            // What a crash left; another's file under this name is none of ours to write to.
            try inbox.remove(temporary)
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
            let descriptor = try calls.open(temporary.bytes, in: inbox.descriptor, flags: flags, mode: 0o660)
            defer { try? calls.close(descriptor) }
            try Array(text.utf8).withUnsafeBufferPointer { buffer throws(SystemError) in
                try calls.writeAll(descriptor, UnsafeRawBufferPointer(buffer))
            }
        } catch {
            try? inbox.remove(temporary)
            throw error
        }
        do throws(SystemError) {
            try calls.rename(temporary.bytes, in: inbox.descriptor, to: name.bytes, in: inbox.descriptor, flags: 0)
        } catch {
            try? inbox.remove(temporary)
            throw error
        }
    }
}
