import AsyncHTTPClient
import Jobs
import NIOCore
import NIOHTTP1

extension Cloud {
    /// Uploads an open file, streaming it from the disk.
    ///
    /// - Parameters:
    ///   - descriptor: A regular file, open for reading. It stays the caller's, and its position stays where it is; because it is open already,
    ///     nobody can put another file in its place.
    ///   - length: The length that the file had when it was accepted. Another one is ``CloudError/Code/fileChanged``.
    ///   - name: The file's name, as bytes. The service only looks at its extension.
    ///   - kind: What version 1 calls `fileType`: `image`, `video`, `audio`, or `input` for all.
    ///   - endpoint: Where to.
    ///   - boundary: What separates the parts of the form: random, so that no file can hold it.
    /// - Returns: The file as the service names it.
    /// - Throws: ``CloudError``; whatever it is, the upload may be made again.
    package func upload(
        descriptor: Int32,
        length: Int64,
        name: [UInt8],
        kind: String = "input",
        to endpoint: UploadEndpoint,
        boundary: String = Cloud.randomBoundary()
    ) async throws(CloudError) -> UploadedFile {
        var request = try authorized(.POST, endpoint.path)
        let source = try UploadSource(duplicating: descriptor, length: length)
        let fields: [(name: String, value: String)] =
            endpoint == .v1 ? [("apiKey", key.expose()), ("fileType", kind)] : []
        let form = UploadForm(boundary: boundary, fields: fields, fileName: name)
        request.headers.add(name: "Content-Type", value: form.contentType)
        request.body = .stream(UploadBody(form: form, source: source), length: .known(form.length(around: length)))
        let answer: Answer
        do {
            answer = try await transport.exchange(
                request,
                with: transport.shared,
                limit: Self.answerLimit,
                within: transport.timeouts.transfer(of: length)
            )
        } catch {
            throw .network(error)
        }
        return try UploadedFile.judge(answer, hiding: hidden)
    }

    /// A boundary that no file holds by chance.
    package static func randomBoundary() -> String {
        var generator = SystemRandomNumberGenerator()
        return "----runninghubd-" + (0..<2).map { _ in String(generator.next(), radix: 36) }.joined()
    }
}

extension Transport.Timeouts {
    /// What a transfer of this many bytes may take at the slowest.
    package func transfer(of bytes: Int64) -> Duration {
        transferGrace + .seconds(max(0, bytes) / max(1, slowestTransfer))
    }
}
