/// One output of a task: a file to fetch, or a text.
package struct TaskResult: Sendable, Hashable {
    /// Where the file can be fetched, for about a day.
    package let address: ResultAddress?
    /// Whether the answer names an address that cannot be fetched from (no `http` address, or not one at all).
    package let hasUnusableAddress: Bool
    /// The kind as the service names it, in lower case: usually the file extension without its point, but `image` is met too.
    package let type: String?
    /// The text, for an output that is one.
    package let text: String?
    /// The node that made it.
    package let nodeID: String?

    /// Reads one element of `results` (version 2) or of the data of `outputs` (version 1); `nil` where it holds neither file nor text.
    init?(_ value: JSONValue) {
        if case .text(let bare) = value {
            // An element that is only an address.
            guard !bare.isEmpty else { return nil }
            let address = ResultAddress(bare)
            self.init(address: address, hasUnusableAddress: address == nil, type: nil, text: nil, nodeID: nil)
            return
        }
        let url = value["url", "outputUrl", "fileUrl", "download_url"]?.filledText
        let text = value["text", "content", "output"].map { $0.scalarText ?? $0.serialized }
        guard url != nil || text != nil else { return nil }
        let address = url.flatMap { ResultAddress($0) }
        self.init(
            address: address,
            hasUnusableAddress: url != nil && address == nil,
            type: value["outputType", "fileType", "type"]?.filledText.map(Self.type),
            text: text,
            nodeID: value["nodeId"]?.filledText.map { RemoteText.clean($0, limit: 64) }
        )
    }

    init(address: ResultAddress?, hasUnusableAddress: Bool, type: String?, text: String?, nodeID: String?) {
        self.address = address
        self.hasUnusableAddress = hasUnusableAddress
        self.type = type
        self.text = text
        self.nodeID = nodeID
    }

    private static func type(_ text: String) -> String {
        let plain = RemoteText.clean(text, limit: 32).lowercased()
        return plain.hasPrefix(".") ? String(plain.dropFirst()) : plain
    }
}
