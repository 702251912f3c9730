@testable import Daemon

/// Media that are what their endings say by their content, each another one.
enum WorkedMedia {
    /// The content of a file of this path; nothing for an ending that has none here.
    static func content(_ path: String, bytes: Int) -> [UInt8]? {
        guard let head = heads[path.ending] else { return nil }
        let noise = EngineHarness.picture(path)
        return head + noise + [UInt8](repeating: 0x2A, count: max(0, bytes - head.count - noise.count))
    }

    private static let heads: [String: [UInt8]] = [
        "png": [],
        "jpg": [0xFF, 0xD8, 0xFF, 0xE0],
        "gif": Array("GIF89a".utf8),
        "mp4": [0, 0, 0, 0x18] + Array("ftypisom".utf8),
        "wav": Array("RIFF\u{0}\u{0}\u{1}\u{0}WAVE".utf8),
        // The header of an archive's first file (APPNOTE.TXT, 4.3.7).
        "zip": [0x50, 0x4B, 0x03, 0x04, 0x14, 0x00],
    ]
}
