import Glibc
import HTTPTypes
import HummingbirdCore
import Jobs
import Ledger
import NIOCore
import Spool
import Synchronization

/// Gives RunningHub the files that it is to load by address: those that a job's task needs, as long as it needs them, and no other.
struct InputServer: Sendable {
    let engine: Engine
    /// How many files are being given away.
    let underWay = CountUnderWay()

    /// A file that may be given away now.
    struct Input: Sendable {
        let file: ClaimedFile
        let digest: String?
        let mediaType: String
    }

    /// Whether the address was made by this daemon.
    ///
    /// Takes no look at the ledger.
    func isGenuine(_ address: InputAddress) -> Bool {
        engine.tokens.isValid(address.token, job: address.job, input: address.name)
    }

    /// The file under a genuine address, or nothing where no task needs it now or it is not what was claimed.
    func open(_ address: InputAddress) async -> Input? {
        guard let record = try? await engine.ledger.job(address.job), let attempt = record.current else { return nil }
        switch record.job.state {
        case .submitting, .unconfirmed, .running: break
        default: return nil
        }
        let job = record.job
        let input = job.sources.first { $0.name == address.name && attempt.settings.use(of: $0.stem).isServed }
        guard let input, let work = await engine.work(of: record) else { return nil }
        let place = job.place(of: input)
        let opened = try? await engine.blocking { try work.openClaimed(place, expecting: input.identity) }
        guard let file = opened?.file, let kind = try? await engine.kind(of: file) else { return nil }
        return Input(file: file, digest: input.digest, mediaType: kind.mediaType)
    }

    /// How much is read and written at a time, in bytes; a reader that stops reading holds two such pieces.
    private static let chunk: Int64 = 32 * 1024

    /// Answers with the file, or the part of it that is asked for, on a connection of this event loop.
    @concurrent
    func answer(
        _ input: Input,
        to request: Request,
        _ writer: consuming ResponseWriter,
        on loop: any EventLoop
    ) async throws {
        underWay.begins()
        defer { underWay.ends() }
        let length = input.file.identity.size
        let tag = input.digest.map { "\"\($0)\"" }
        var fields: HTTPFields = [
            .contentType: input.mediaType, .acceptRanges: "bytes", .cacheControl: "private, no-store",
        ]
        fields[.eTag] = tag
        // A part of a file that has changed since the first part was had is of no use.
        let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
        var range = 0..<length
        var status = HTTPResponse.Status.ok
        switch isSame && request.method == .get ? ByteRange(request.headers[.range], length: length) : .whole {
        case .whole: break
        case .part(let part):
            range = part
            status = .partialContent
            fields[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(length)"
        case .unsatisfiable:
            range = 0..<0
            status = .rangeNotSatisfiable
            fields[.contentRange] = "bytes */\(length)"
        }
        fields[.contentLength] = String(range.upperBound - range.lowerBound)
        var content = try await writer.writeHead(HTTPResponse(status: status, headerFields: fields))
        var offset = request.method == .get ? range.lowerBound : range.upperBound
        while offset < range.upperBound {
            let bytes = try await read(input.file, offset..<range.upperBound)
            try await content.write(bytes)
            offset += Int64(bytes.readableBytes)
            // Writing waits for a reader that stops only once the event loop has seen that it has: it may be several pieces behind.
            try await loop.submit {}.get()
        }
        try await content.finish(nil)
    }

    private func read(_ file: ClaimedFile, _ range: Range<Int64>) async throws -> ByteBuffer {
        let count = Int(min(Self.chunk, range.upperBound - range.lowerBound))
        let bytes = try await engine.blocking { try file.read(at: range.lowerBound, count: count) }
        // Shorter than it was: the connection breaks, which tells the reader that the file is not whole.
        guard bytes.readableBytes > 0 else { throw SystemError(call: "pread", code: EAGAIN) }
        return bytes
    }
}

/// Counts what is under way.
final class CountUnderWay: Sendable {
    private let count = Atomic(0)

    var isNone: Bool { count.load(ordering: .acquiring) == 0 }

    func begins() {
        count.add(1, ordering: .acquiringAndReleasing)
    }

    func ends() {
        count.subtract(1, ordering: .acquiringAndReleasing)
    }
}

extension Engine {
    /// The address from which RunningHub can load one of a job's files; nothing without a listener that it can reach.
    func inputURL(of job: Job, _ input: Job.Input) -> Secret? {
        settings.publicURL.map { base in
            let token = tokens.token(job: job.id, input: input.name)
            return Secret("\(base)/input/\(job.id)/\(token)/\(InputAddress.encoded(input.name))")
        }
    }
}
