import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Loads the addresses among a task's node values, each once, without following redirects.
struct AddressLoader: Sendable {
    let client: HTTPClient
    let store: UploadStore

    /// The largest file that is loaded, in bytes.
    private static let largestFile = 4 << 30
    /// How long the head of an answer may take.
    private static let timeout = TimeAmount.seconds(30)

    /// Why a file did not come whole.
    private struct Incomplete: Error, CustomStringConvertible {
        let description: String
    }

    /// Loads one after the other; the first that does not come whole is the last that is asked for.
    func load(_ load: AddressLoad) async -> [LoadedAddress] {
        var results: [LoadedAddress] = []
        for node in load.nodes {
            let result = await self.load(node.value, keeping: load.keepsContents)
            results.append(result)
            if result.file == nil { break }
        }
        return results
    }

    private func load(_ address: String, keeping: Bool) async -> LoadedAddress {
        var loaded = LoadedAddress()
        var sink = store.makeSink(keeping: keeping, largest: Self.largestFile)
        do {
            let response = try await client.execute(HTTPClientRequest(url: address), timeout: Self.timeout)
            loaded.status = Int(response.status.code)
            loaded.contentType = response.headers.first(name: "content-type") ?? ""
            guard response.status == .ok else { throw Incomplete(description: "HTTP status \(response.status.code)") }
            for try await piece in response.body {
                try await sink.write(piece)
                loaded.bytes = sink.bytes
                guard sink.bytes <= Self.largestFile else { throw Incomplete(description: "larger than any input") }
            }
            let (digest, content) = try await sink.finish()
            let type = URL(string: address)?.pathExtension ?? ""
            loaded.file = UploadedFile(sha256: digest, type: type, bytes: loaded.bytes, content: content)
        } catch {
            loaded.error = "\(error)"
        }
        return loaded
    }
}
