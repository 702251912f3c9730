/// What a cloud that means harm, or one that somebody else has taken, does with an output.
///
/// What is left empty is honest.
package struct HostileSettings: Sendable, Hashable, Codable {
    /// Told as the output's address, as it stands, in place of its own.
    package var address = ""
    /// Told as the output's type, as it stands.
    package var type = ""
    /// How often its own address redirects to itself before it is served.
    package var redirects = 0
    /// Where it then redirects to instead of being served: `Location` as it stands.
    package var location = ""
    /// `Content-Length` as it stands, in place of the true one.
    package var contentLength = ""
    /// `Content-Encoding` that the bytes are said to have.
    package var contentEncoding = ""
    /// Whether its bytes begin again and again, without a length.
    package var endless = false

    package init() {}
}

extension HostileSettings {
    package init(from decoder: any Decoder) throws {
        self.init()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        address = try container.decodeIfPresent(String.self, forKey: .address) ?? address
        type = try container.decodeIfPresent(String.self, forKey: .type) ?? type
        redirects = try container.decodeIfPresent(Int.self, forKey: .redirects) ?? redirects
        location = try container.decodeIfPresent(String.self, forKey: .location) ?? location
        contentLength = try container.decodeIfPresent(String.self, forKey: .contentLength) ?? contentLength
        contentEncoding = try container.decodeIfPresent(String.self, forKey: .contentEncoding) ?? contentEncoding
        endless = try container.decodeIfPresent(Bool.self, forKey: .endless) ?? endless
    }
}
