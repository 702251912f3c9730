extension MediaKind {
    /// Finds a kind by content.
    ///
    /// - Parameters:
    ///   - prefix: The file's first bytes, `prefixLength` of them or all there are. More are not looked at.
    ///   - length: The file's whole length in bytes. Where the prefix is shorter than the file, a character may be cut at its end.
    package init(prefix: [UInt8], length: Int64) {
        let bytes = Array(prefix.prefix(Self.prefixLength))
        self =
            Self.byMagic(bytes) ?? Self.byContainer(bytes) ?? Self.bySoundFrame(bytes, length: length)
            ?? (Self.isText(bytes, isCut: Int64(bytes.count) < length) ? .txt : .unknown)
    }

    private static func byMagic(_ bytes: [UInt8]) -> MediaKind? {
        let magics: [(MediaKind, [UInt8])] = [
            (.jpg, [0xFF, 0xD8, 0xFF]),
            (.png, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
            (.gif, Array("GIF87a".utf8)), (.gif, Array("GIF89a".utf8)),
            (.tiff, [0x49, 0x49, 0x2A, 0x00]), (.tiff, [0x4D, 0x4D, 0x00, 0x2A]),
            (.tiff, [0x49, 0x49, 0x2B, 0x00]), (.tiff, [0x4D, 0x4D, 0x00, 0x2B]),
            (.flac, Array("fLaC".utf8)), (.ogg, Array("OggS".utf8)), (.mp3, Array("ID3".utf8)),
            // A local file, the end of an empty archive, the mark of a spanned one.
            (.zip, [0x50, 0x4B, 0x03, 0x04]), (.zip, [0x50, 0x4B, 0x05, 0x06]), (.zip, [0x50, 0x4B, 0x07, 0x08]),
        ]
        return magics.first { bytes.starts(with: $0.1) }?.0
    }

    private static func byContainer(_ bytes: [UInt8]) -> MediaKind? {
        if bytes.starts(with: "RIFF".utf8) || bytes.starts(with: "RF64".utf8) { return riff(code(bytes, at: 8)) }
        if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return matroska(bytes) }
        if bytes.starts(with: "BM".utf8) { return bitmap(bytes) }
        return isoMedia(bytes)
    }

    private static func riff(_ form: String?) -> MediaKind? {
        switch form {
        case "WAVE": .wav
        case "AVI ": .avi
        case "WEBP": .webp
        default: nil
        }
    }

    /// Matroska names its document type in the header element; WebM is that same container under another name.
    private static func matroska(_ bytes: [UInt8]) -> MediaKind {
        let header = bytes.prefix(64)
        let marker = Array("webm".utf8)
        let found = header.indices.contains { header[$0...].starts(with: marker) }
        return found ? .webm : .mkv
    }

    /// `BM` alone begins many a text, so the header's own length must be one of those in use (12 to 124 bytes).
    private static func bitmap(_ bytes: [UInt8]) -> MediaKind? {
        guard bytes.count >= 18, bytes[15] == 0, bytes[16] == 0, bytes[17] == 0 else { return nil }
        return [12, 40, 52, 56, 64, 108, 124].contains(bytes[14]) ? .bmp : nil
    }

    /// ISO base media files begin with `ftyp` and a brand; QuickTime's old ones with another of its atoms.
    private static func isoMedia(_ bytes: [UInt8]) -> MediaKind? {
        switch code(bytes, at: 4) {
        case "ftyp": isoBrand(bytes)
        case "moov", "mdat", "wide", "pnot": .mov
        default: nil
        }
    }

    private static func isoBrand(_ bytes: [UInt8]) -> MediaKind {
        switch code(bytes, at: 8) ?? "" {
        case "qt  ": .mov
        case "M4A ", "M4B ", "F4A ": .m4a
        case "avif", "avis": .avif
        case "heic", "heix", "hevc", "hevx", "heim", "heis": .heic
        case "crx ": .unknown  // Canon's raw photos.
        // «Some HEIF image»; which codec it has stands among the compatible brands.
        case "mif1", "msf1":
            stride(from: 16, to: min(bytes.count, 64), by: 4).contains { code(bytes, at: $0) == "avif" } ? .avif : .heic
        default: .mp4
        }
    }

    /// MPEG audio without a tag has only the sync bits of its first frame: layer III, a real bit rate and sampling rate.
    private static func bySoundFrame(_ bytes: [UInt8], length: Int64) -> MediaKind? {
        guard length > 128, bytes.count >= 4, bytes[0] == 0xFF, bytes[1] & 0xE6 == 0xE2 else { return nil }
        let version = bytes[1] >> 3 & 3
        let bitRate = bytes[2] >> 4
        return version != 1 && bitRate != 0 && bitRate != 15 && bytes[2] >> 2 & 3 != 3 ? .mp3 : nil
    }

    /// Four bytes as the characters they are meant to be; nothing where they are not ASCII or not there.
    private static func code(_ bytes: [UInt8], at offset: Int) -> String? {
        guard bytes.count >= offset + 4 else { return nil }
        return String(validating: bytes[offset..<(offset + 4)], as: Unicode.ASCII.self)
    }

    private static func isText(_ bytes: [UInt8], isCut: Bool) -> Bool {
        guard !bytes.isEmpty, !bytes.contains(0) else { return false }
        let whole = isCut ? bytes.prefix(wholeCharacters(bytes)) : bytes[...]
        return String(validating: whole, as: UTF8.self) != nil
    }

    /// How many bytes are left when a character begun at the end, up to three bytes of it, is taken off.
    private static func wholeCharacters(_ bytes: [UInt8]) -> Int {
        let tail = bytes.suffix(3)
        guard let start = tail.lastIndex(where: { $0 & 0xC0 != 0x80 }), bytes[start] >= 0xC0 else { return bytes.count }
        let needed = bytes[start] >= 0xF0 ? 4 : bytes[start] >= 0xE0 ? 3 : 2
        return bytes.count - start < needed ? start : bytes.count
    }
}
