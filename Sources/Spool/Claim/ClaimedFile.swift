internal import Glibc
package import Jobs
package import NIOCore
package import NIOPosix

/// A file in `work/`, open for reading.
///
/// What is read is that file, whatever becomes of its name.
package final class ClaimedFile: Sendable {
    /// In what condition it was when it was opened: as the ledger has it.
    package let identity: FileIdentity
    /// The descriptor, open as long as this value lives.
    package let descriptor: CInt
    private let calls: any SystemCalls

    init(descriptor: CInt, identity: FileIdentity, calls: any SystemCalls) {
        self.descriptor = descriptor
        self.identity = identity
        self.calls = calls
    }

    deinit {
        try? calls.close(descriptor)
    }

    /// Whether it was written to since it was opened.
    ///
    /// Blocks.
    package func hasChanged() throws(SystemError) -> Bool {
        !FileIdentity(try calls.status(descriptor)).isSameContent(as: identity)
    }

    /// At most so many bytes from an offset; none at the end.
    ///
    /// Blocks.
    package func read(at offset: Int64, count: Int) throws(SystemError) -> ByteBuffer {
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: max(0, count), alignment: 16)
        defer { page.deallocate() }
        let length = try calls.read(descriptor, at: offset, into: page)
        return ByteBuffer(bytes: page[..<length])
    }

    /// Its bytes, one chunk at a time, read on threads that may block.
    ///
    /// Throws `EAGAIN` where it turns out shorter than it was.
    package func chunks(of length: Int = 256 * 1024, on threads: NIOThreadPool) -> Chunks {
        Chunks(file: self, length: max(1, length), threads: threads)
    }

    /// A file's bytes, from the start, as many as it had when it was opened.
    package struct Chunks: AsyncSequence, Sendable {
        let file: ClaimedFile
        let length: Int
        let threads: NIOThreadPool

        package struct AsyncIterator: AsyncIteratorProtocol {
            let chunks: Chunks
            var offset: Int64 = 0

            package mutating func next() async throws -> ByteBuffer? {
                let (file, offset) = (chunks.file, offset)
                let count = Int(Swift.min(Int64(chunks.length), file.identity.size - offset))
                guard count > 0 else { return nil }
                let chunk = try await chunks.threads.runIfActive { try file.read(at: offset, count: count) }
                guard chunk.readableBytes > 0 else { throw SystemError(call: "pread", code: EAGAIN) }
                self.offset += Int64(chunk.readableBytes)
                return chunk
            }
        }

        package func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(chunks: self)
        }
    }
}

/// What lies in a place in `work/`, compared with what the ledger has.
package enum WorkState: Sendable, Hashable {
    /// The file, as it was.
    case unchanged
    /// The file, but it was written to: it is in this condition now.
    case changed(FileIdentity)
    /// Not the file: somebody took it out, or put another in its place.
    case withdrawn
}

extension Folder {
    /// What lies in a place below this work folder, compared with the identity that the ledger has.
    ///
    /// Blocks.
    package func state(of place: RelativePath, expecting identity: FileIdentity) throws(SystemError) -> WorkState {
        guard let entry = try entry(at: place) else { return .withdrawn }
        return Self.compare(entry, with: identity)
    }

    /// Opens the file in a place below this work folder, if it still is as the ledger has it.
    ///
    /// Blocks.
    package func openClaimed(
        _ place: RelativePath,
        expecting identity: FileIdentity
    ) throws(SystemError) -> (state: WorkState, file: ClaimedFile?) {
        let descriptor: CInt
        do {
            let folder = try folder(at: place.folders)
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            descriptor = try calls.open(place.name.bytes, in: folder.descriptor, flags: flags, mode: 0)
        } catch {
            guard error.isAbsence || error.code == ENXIO else { throw error }
            return (.withdrawn, nil)
        }
        do {
            let entry = Entry(name: place.name, status: try calls.status(descriptor))
            let state = Self.compare(entry, with: identity)
            let file = ClaimedFile(descriptor: descriptor, identity: entry.identity, calls: calls)
            return (state, state == .unchanged ? file : nil)
        } catch {
            try? calls.close(descriptor)
            throw error
        }
    }

    private static func compare(_ entry: Entry, with identity: FileIdentity) -> WorkState {
        guard entry.kind == .file else { return .withdrawn }
        if entry.identity.isSameContent(as: identity) { return .unchanged }
        // In its own place, so whatever number its device bears since a boot.
        return entry.identity.inode == identity.inode ? .changed(entry.identity) : .withdrawn
    }
}
