internal import Crypto
internal import FaultPoints
internal import Glibc
package import Jobs
package import NIOCore
internal import Synchronization

/// A result on its way to disk: written piece by piece, hashed and bounded on the way, and either complete and flushed or not there.
///
/// Until `finish` it bears a name that tells it is a part. After any error it is gone and has to be fetched anew: what a failed write or
/// flush has left is not to be trusted, and a flush is never repeated over the same data. Let go of without `finish`, it is removed.
/// All functions block; one at a time.
package final class StagedFile: Sendable {
    /// Why a file could not be staged.
    package enum Failure: Error, Hashable {
        /// It has more bytes than it may have.
        case tooLarge(limit: Int64)
        case system(SystemError)
        /// An earlier call failed, or the file is finished.
        case closed
    }

    private struct State {
        /// Nothing once the file is complete or gone.
        var descriptor: CInt?
        var hash = SHA256()
        var prefix: [UInt8] = []
        var count: Int64 = 0
    }

    /// The name that the complete file will have.
    package let name: FileName
    private let folder: Folder
    private let limit: Int64
    private let state: Mutex<State>

    init(name: FileName, in folder: Folder, limit: Int64) throws(SystemError) {
        let part = Self.partName(name)
        try folder.remove(part)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
        let descriptor = try folder.calls.open(part.bytes, in: folder.descriptor, flags: flags, mode: 0o660)
        self.name = name
        self.folder = folder
        self.limit = limit
        state = Mutex(State(descriptor: descriptor))
    }

    deinit {
        abandon()
    }

    /// How many bytes were written so far.
    package var count: Int64 { state.withLock(\.count) }

    /// Appends bytes.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
        try withDescriptor { state, descriptor throws(Failure) in
            let (count, overflow) = state.count.addingReportingOverflow(Int64(bytes.count))
            guard !overflow, count <= limit else { throw .tooLarge(limit: limit) }
            try system { () throws(SystemError) in try folder.calls.writeAll(descriptor, bytes) }
            state.hash.update(bufferPointer: bytes)
            state.prefix += bytes.prefix(MediaKind.prefixLength - state.prefix.count)
            state.count = count
        }
    }

    /// Appends a buffer's readable bytes.
    package func write(_ buffer: ByteBuffer) throws(Failure) {
        try buffer.withUnsafeReadableBytes { bytes throws(Failure) in try write(bytes) }
    }

    /// Flushes the file and gives it the name of a complete one.
    ///
    /// Its entry is on disk after the staging's `synchronize`.
    package func finish() throws(Failure) -> StagedOutput {
        FaultPoint.stageFile.before()
        defer { FaultPoint.stageFile.after() }
        return try withDescriptor { state, descriptor throws(Failure) in
            try system { () throws(SystemError) in try folder.calls.synchronize(descriptor) }
            state.descriptor = nil
            do throws(SystemError) {
                // Network file systems report here what they could not write.
                try folder.calls.close(descriptor)
                let part = Self.partName(name)
                try folder.calls.rename(
                    part.bytes,
                    in: folder.descriptor,
                    to: name.bytes,
                    in: folder.descriptor,
                    flags: 0
                )
            } catch {
                removePart()
                throw .system(error)
            }
            return StagedOutput(
                stagedName: name,
                bytes: state.count,
                sha256: state.hash.finalize().hexadecimal,
                kind: MediaKind(prefix: state.prefix, length: state.count)
            )
        }
    }

    /// Gives the file up; it is gone.
    ///
    /// Does nothing to one that is finished.
    package func abandon() {
        state.withLock { close(&$0) }
    }

    private func withDescriptor<Result>(
        _ body: (inout State, CInt) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try state.withLock { state throws(Failure) in
            guard let descriptor = state.descriptor else { throw .closed }
            do throws(Failure) {
                return try body(&state, descriptor)
            } catch {
                close(&state)
                throw error
            }
        }
    }

    private func close(_ state: inout State) {
        guard let descriptor = state.descriptor else { return }
        state.descriptor = nil
        try? folder.calls.close(descriptor)
        removePart()
    }

    private func removePart() {
        try? folder.remove(Self.partName(name))
    }

    private func system(_ body: () throws(SystemError) -> Void) throws(Failure) {
        do throws(SystemError) {
            try body()
        } catch {
            throw .system(error)
        }
    }

    private static let partSuffix = Array(".part".utf8)

    static func partName(_ name: FileName) -> FileName {
        FileName(cleaning: name.bytes + partSuffix)
    }

    static func isPart(_ name: FileName) -> Bool {
        name.bytes.suffix(partSuffix.count).elementsEqual(partSuffix)
    }
}

/// A complete result in the staging folder.
package struct StagedOutput: Sendable, Hashable, Codable {
    /// Its name there.
    package let stagedName: FileName
    /// Its length.
    package let bytes: Int64
    /// SHA-256 of its content, in hexadecimal.
    package let sha256: String
    /// What it is by its content.
    package let kind: MediaKind

    /// A result of this length and content.
    package init(stagedName: FileName, bytes: Int64, sha256: String, kind: MediaKind) {
        self.stagedName = stagedName
        self.bytes = bytes
        self.sha256 = sha256
        self.kind = kind
    }
}
