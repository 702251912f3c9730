extension MediaKind {
    /// The extension of a result, found by content first: what the cloud declares is often missing, general (`image`), in upper case or wrong.
    ///
    /// - Parameters:
    ///   - kind: What the content is.
    ///   - declared: What the cloud calls it (`outputType`), if it does.
    ///   - mediaType: The `Content-Type` that it came with, if any.
    /// - Returns: Lower-case letters and digits, at most `longestExtension` of them; never one that a desktop would run.
    package static func resultExtension(of kind: MediaKind, declared: String?, mediaType: String?) -> String {
        switch kind {
        case .unknown:
            return usable(declared) ?? byMediaType(mediaType) ?? kind.fileExtension
        case .txt, .zip, .tiff, .ogg, .mp4, .mkv, .m4a:
            // These hold formats of other names: JSON and subtitles are text, many documents are ZIP archives.
            return usable(declared).flatMap { isCompatible($0, with: kind) ? $0 : nil } ?? kind.fileExtension
        default:
            return kind.fileExtension
        }
    }

    /// The longest extension that is believed.
    package static let longestExtension = 12

    /// An extension from outside as it may be part of a name; nothing where it is no extension or says too little.
    private static func usable(_ declared: String?) -> String? {
        guard let declared, declared.utf8.count <= longestExtension + 1 else { return nil }
        let bare = (declared.first == "." ? declared.dropFirst() : declared[...]).lowercased()
        guard (1...longestExtension).contains(bare.utf8.count) else { return nil }
        guard bare.utf8.allSatisfy(isLetterOrDigit) else { return nil }
        return general.contains(bare) || runnable.contains(bare) ? nil : bare
    }

    /// Whether a file of this content may bear the extension: one that names a different kind is a lie.
    private static func isCompatible(_ bare: String, with kind: MediaKind) -> Bool {
        guard let named = MediaKind(named: bare) else { return true }
        return named == kind
    }

    private static func byMediaType(_ mediaType: String?) -> String? {
        guard let mediaType, mediaType.utf8.count <= 128 else { return nil }
        let essence = mediaType.prefix { $0 != ";" }.lowercased()
        let parts = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, essence != "application/octet-stream" else { return nil }
        let known = allCases.first { $0.mediaType == essence }
        // `model/gltf-binary` and the like have no extension in them; a plain word usually is one.
        return known?.fileExtension ?? usable(String(parts[1]))
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// Words that stand where an extension should and are none.
    private static let general: Set<String> = [
        "image", "images", "video", "audio", "file", "files", "output", "text", "string", "null", "none", "unknown",
        "binary", "input", "plain", "mpeg", "quicktime", "other",
    ]

    /// What a double click would run instead of show.
    ///
    /// Results lie in folders that people open on every kind of desktop.
    private static let runnable: Set<String> = [
        "app", "appimage", "application", "bat", "chm", "cmd", "com", "command", "cpl", "desktop", "dll", "exe", "hta",
        "inf", "jar", "js", "jse", "lnk", "msc", "msi", "msp", "pif", "ps1", "psm1", "py", "pyw", "reg", "run", "scf",
        "scr", "sh", "url", "vb", "vbe", "vbs", "webloc", "workflow", "ws", "wsf", "wsh",
    ]
}
