import struct FoundationEssentials.URL

/// The address of a result file, as a query returned it.
///
/// Such an address may be signed: its query string is sent as it stands and never shown.
package struct ResultAddress: Sendable, Hashable {
    /// The whole address, as sent.
    let text: String
    /// The scheme.
    package let scheme: Site.Scheme
    /// The host name in lower case, or the IP address (version 6 without brackets).
    package let host: String
    /// The port, the scheme's own where none is written.
    package let port: Int
    /// The host as the address writes it, by which the client knows it.
    let writtenHost: String

    /// Host and port as `limits.private_hosts` takes them.
    var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// The most bytes that an address may have.
    static let maximumLength = 8192

    /// Reads an address; `nil` for anything but an absolute `http` or `https` address without user and password.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.maximumLength, let url = URL(string: text) else { return nil }
        self.init(url)
    }

    /// Where a redirect from here leads; `nil` where its `Location` is not an address that may be fetched.
    func redirected(to location: String) -> ResultAddress? {
        guard location.utf8.count <= Self.maximumLength, let base = URL(string: text),
            let url = URL(string: location, relativeTo: base)
        else { return nil }
        return ResultAddress(url.absoluteURL)
    }

    private init?(_ url: URL) {
        guard let scheme = url.scheme.flatMap({ Site.Scheme(rawValue: $0.lowercased()) }),
            let host = url.plainHost, let written = url.host(), url.user == nil, url.password == nil
        else { return nil }
        let port = url.port ?? scheme.defaultPort
        let text = url.absoluteString
        // As it is sent: letters that are not ASCII have become longer.
        guard (1...65535).contains(port), text.utf8.count <= Self.maximumLength else { return nil }
        self.text = text
        self.scheme = scheme
        self.host = host
        writtenHost = written.hasPrefix("[") ? String(written.dropFirst().dropLast()) : written
        self.port = port
    }

    /// The end of the address's path as the service names the file, such as `ComfyUI_00001_plhjr_1768892915.png`; `nil` where there is none.
    package var fileName: String? {
        guard let name = URL(string: text)?.lastPathComponent, !name.isEmpty, name != "/" else { return nil }
        return name
    }
}

extension ResultAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The address without its query string, which may hold a signature.
    package var description: String {
        let end = text.firstIndex { $0 == "?" || $0 == "#" } ?? text.endIndex
        return String(text[..<end])
    }

    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
