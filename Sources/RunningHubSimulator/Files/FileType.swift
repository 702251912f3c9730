/// What belongs to a file extension: content type, and the bytes with which such files begin.
enum FileType {
    static func contentType(_ type: String) -> String {
        contentTypes[type.lowercased()] ?? "application/octet-stream"
    }

    /// The first bytes of files of a type, so that whoever looks at content finds what the name says.
    static func signature(_ type: String) -> [UInt8] {
        switch type.lowercased() {
        case "png": [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        case "jpg", "jpeg": [0xFF, 0xD8, 0xFF, 0xE0]
        case "gif": Array("GIF89a".utf8)
        case "webp": Array("RIFF\u{0}\u{0}\u{1}\u{0}WEBP".utf8)
        case "wav": Array("RIFF\u{0}\u{0}\u{1}\u{0}WAVE".utf8)
        case "mp4", "mov", "m4a": [0, 0, 0, 0x18] + Array("ftypisom".utf8)
        case "webm", "mkv": [0x1A, 0x45, 0xDF, 0xA3]
        case "mp3": Array("ID3".utf8)
        case "flac": Array("fLaC".utf8)
        case "ogg": Array("OggS".utf8)
        case "zip": [0x50, 0x4B, 0x03, 0x04]
        case "glb": Array("glTF".utf8)
        default: []
        }
    }

    /// `image`, `video`, `audio` or, for everything else, `input`.
    static func kind(_ type: String) -> String {
        let kind = contentType(type).prefix { $0 != "/" }
        return ["image", "video", "audio"].contains(kind) ? String(kind) : "input"
    }

    private static let contentTypes = [
        "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
        "bmp": "image/bmp", "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm",
        "mkv": "video/x-matroska",
        "avi": "video/x-msvideo", "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg",
        "txt": "text/plain; charset=utf-8", "zip": "application/zip", "json": "application/json",
        "glb": "model/gltf-binary",
    ]
}
