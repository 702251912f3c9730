import Jobs
import Testing

@Suite("Kinds of media", .timeLimit(.minutes(1)))
struct MediaKindTests {
    static let samples: [(MediaKind, [UInt8])] = [
        (.jpg, [0xFF, 0xD8, 0xFF, 0xE0, 0, 16] + Array("JFIF".utf8)),
        (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]),
        (.webp, Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WEBPVP8 ".utf8)),
        (.gif, Array("GIF89a".utf8)),
        (.bmp, Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [40, 0, 0, 0]),
        (.tiff, [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
        (.heic, box("heic")), (.heic, box("mif1", "heic")), (.avif, box("avif")), (.avif, box("mif1", "avif")),
        (.zip, [0x50, 0x4B, 3, 4, 20, 0]), (.zip, [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0, count: 18)),
        (.mp3, Array("ID3".utf8) + [4, 0, 0]), (.mp3, [0xFF, 0xFB, 0x90, 0x64] + [UInt8](repeating: 0, count: 200)),
        (.wav, Array("RIFF".utf8) + [4, 0, 0, 0] + Array("WAVEfmt ".utf8)),
        (.flac, Array("fLaC".utf8) + [0, 0, 0, 34]), (.ogg, Array("OggS".utf8) + [0, 2]), (.m4a, box("M4A ")),
        (.mp4, box("isom")), (.mp4, box("mp42")), (.mov, box("qt  ")), (.mov, [0, 0, 0, 8] + Array("wide".utf8)),
        (.avi, Array("RIFF".utf8) + [4, 0, 0, 0] + Array("AVI LIST".utf8)),
        (.mkv, [0x1A, 0x45, 0xDF, 0xA3, 0xA3, 0x42, 0x82, 0x88] + Array("matroska".utf8)),
        (.webm, [0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x82, 0x84] + Array("webm".utf8)),
        (.txt, Array("a cat, 一只猫\n".utf8)), (.txt, [0xEF, 0xBB, 0xBF] + Array("text".utf8)),
        (.unknown, []), (.unknown, [0, 1, 2]), (.unknown, Array("text".utf8) + [0]), (.unknown, [0xC3, 0x28]),
        (.unknown, [0xFF, 0xFE, 0x41, 0]),
    ]

    static func box(_ brand: String, _ compatible: String = "isom") -> [UInt8] {
        [0, 0, 0, 20] + Array("ftyp\(brand)".utf8) + [0, 0, 0, 0] + Array(compatible.utf8)
    }

    @Test("A kind is found by content alone", arguments: samples)
    func content(kind: MediaKind, bytes: [UInt8]) {
        #expect(MediaKind(prefix: bytes, length: Int64(bytes.count)) == kind)
    }

    @Test("No cut of a sample is taken for another medium", arguments: samples)
    func cut(kind: MediaKind, bytes: [UInt8]) {
        for length in 0..<bytes.count {
            let found = MediaKind(prefix: Array(bytes[..<length]), length: Int64(length))
            let sameFamily = found.family == kind.family || found == .mp4
            #expect(sameFamily || found == .txt || found == .unknown, "\(length) bytes of \(kind) are \(found)")
        }
    }

    @Test("A character that the prefix cuts does not make a text unknown", arguments: ["é", "猫", "😀"])
    func cutCharacter(character: String) {
        let text = Array(String(repeating: character, count: 3000).utf8)
        for shift in 0..<4 {
            let bytes = [UInt8](repeating: 0x61, count: shift) + text
            let prefix = Array(bytes.prefix(MediaKind.prefixLength))
            #expect(MediaKind(prefix: prefix, length: Int64(bytes.count)) == .txt)
        }
        let whole = Array(character.utf8)
        #expect(MediaKind(prefix: Array(whole.dropLast()), length: Int64(whole.count - 1)) == .unknown)
    }

    @Test("Random bytes never trap, and are rarely anything")
    func randomBytes() {
        var randomness = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0..<64, using: &randomness)).map { _ in
                UInt8.random(in: 0...255, using: &randomness)
            }
            _ = MediaKind(prefix: bytes, length: Int64.random(in: 0...Int64.max, using: &randomness))
        }
    }

    @Test(
        "An accept list names kinds, families, or anything; empty it stands for what RunningHub lists",
        arguments: [
            ([], MediaKind.png, true), ([], .webm, false), ([], .txt, false), ([], .unknown, false),
            (["JPEG"], .jpg, true), (["jpg", "png"], .webp, false), (["image"], .gif, true), (["audio"], .mp4, false),
            (["any"], .unknown, true), (["other"], .unknown, false), (["txt"], .txt, true),
        ] as [([String], MediaKind, Bool)]
    )
    func accept(list: [String], kind: MediaKind, isTaken: Bool) {
        #expect(kind.isAccepted(by: list) == isTaken)
    }

    @Test(
        "A result's extension follows its content, and what is declared only where that adds something",
        arguments: [
            (.png, "PNG", nil, "png"), (.png, "image", "application/zip", "png"), (.zip, "png", "image/png", "zip"),
            (.jpg, "jpeg", nil, "jpg"), (.txt, "json", nil, "json"), (.txt, "mp4", nil, "txt"), (.txt, nil, nil, "txt"),
            (.zip, "pptx", nil, "pptx"), (.mp4, "m4v", nil, "m4v"), (.mp4, "mov", nil, "mp4"),
            (.unknown, "GLB", nil, "glb"), (.unknown, nil, "model/gltf-binary", "bin"),
            (.unknown, ".latent", nil, "latent"),
            (.unknown, nil, "video/mp4; x=y", "mp4"), (.unknown, "file", "application/octet-stream", "bin"),
            (.unknown, "../../etc", nil, "bin"), (.unknown, "p\u{0}g", nil, "bin"), (.unknown, "a.b", nil, "bin"),
            (.unknown, "exe", nil, "bin"), (.txt, "desktop", nil, "txt"), (.unknown, "", "", "bin"),
            (.unknown, String(repeating: "a", count: 13), nil, "bin"), (.unknown, "пнг", nil, "bin"),
            (.unknown, "İ", "a/b/c", "bin"), (.unknown, nil, "text/x-python", "bin"),
        ] as [(MediaKind, String?, String?, String)]
    )
    func result(kind: MediaKind, declared: String?, mediaType: String?, expected: String) {
        #expect(MediaKind.resultExtension(of: kind, declared: declared, mediaType: mediaType) == expected)
    }

    @Test("What RunningHub lists is accepted by default, and each has one of its upload types")
    func listed() {
        for kind in MediaKind.listed {
            #expect(kind.isAccepted(by: []))
            #expect(["image", "video", "audio", "input"].contains(kind.uploadType))
        }
        #expect(MediaKind.zip.uploadType == "input")
        #expect(MediaKind.jpg.mediaType == "image/jpeg")
    }
}
