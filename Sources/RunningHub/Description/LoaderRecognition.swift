extension NodeDescription.Load {
    /// What a field of an app loads, by its type.
    init?(fieldType: String) {
        switch fieldType.uppercased() {
        case "IMAGE": self = .image
        case "VIDEO": self = .video
        case "AUDIO": self = .audio
        case "ZIP": self = .zip
        default: return nil
        }
    }

    /// What a field of a workflow's node loads, by the node's kind and the field's name.
    ///
    /// ComfyUI's own loaders and those of VideoHelperSuite (`LoadImage`, `LoadImageMask`, `LoadAudio`, `LoadVideo`, `VHS_LoadVideo`,
    /// `VHS_LoadAudioUpload`…) have `Load` and the medium in their name, and the file in a field that is named for the medium or `file`.
    /// Loaders of models have neither field; those that load from an address take no uploaded file.
    init?(nodeKind: String, field: String, value: JSONValue) {
        guard case .text(let present) = value else { return nil }
        let kind = nodeKind.lowercased()
        let field = field.lowercased()
        guard kind.contains("load") || kind.contains("upload"), !kind.contains("url"), !present.contains("://") else {
            return nil
        }
        let media: [(String, Self)] = [("zip", .zip), ("video", .video), ("audio", .audio), ("image", .image)]
        if let named = media.first(where: { Self.names(of: $0.0).contains(field) }) {
            // A loader of many images may take them in an archive.
            self = named.1 == .image && kind.contains("zip") ? .zip : named.1
        } else if field == "file" || field == "file_name" || field == "filename" || field == "path",
            let named = media.first(where: { kind.contains($0.0) })
        {
            self = named.1
        } else {
            return nil
        }
    }

    private static func names(of medium: String) -> [String] {
        [medium, "\(medium)_file", "\(medium)_path", "\(medium)_name", "upload_\(medium)"]
    }
}
