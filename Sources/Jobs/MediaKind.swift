/// What a file is by its content.
///
/// Names and declared types are not asked: both mislead (API.md §8). The raw value is the canonical extension.
package enum MediaKind: String, Sendable, Hashable, Codable, CaseIterable {
    case jpg, png, webp, gif, bmp, tiff, heic, avif
    case mp4, mov, avi, mkv, webm
    case mp3, wav, flac, ogg, m4a
    case zip
    case txt
    /// None of the others, or an empty file.
    case unknown = "bin"

    /// How many bytes from a file's start are enough to tell its kind.
    package static let prefixLength = 4096

    /// What RunningHub lists as its inputs (API.md §5).
    package static let listed: Set<MediaKind> = [.jpg, .png, .webp, .zip, .mp3, .wav, .flac, .mp4, .avi, .mov, .mkv]

    /// The groups of kinds.
    package enum Family: String, Sendable, Hashable, Codable, CaseIterable {
        case image, video, audio, archive, text, other
    }

    /// The group that the kind belongs to.
    package var family: Family {
        switch self {
        case .jpg, .png, .webp, .gif, .bmp, .tiff, .heic, .avif: .image
        case .mp4, .mov, .avi, .mkv, .webm: .video
        case .mp3, .wav, .flac, .ogg, .m4a: .audio
        case .zip: .archive
        case .txt: .text
        case .unknown: .other
        }
    }

    /// The extension that a file of this kind gets, without a dot.
    package var fileExtension: String { rawValue }

    /// `fileType` of RunningHub's v1 upload (API.md §2.1): the family where it is one of the service's, else `input`.
    package var uploadType: String {
        switch family {
        case .image, .video, .audio: family.rawValue
        case .archive, .text, .other: "input"
        }
    }

    /// The media type, as of `Content-Type`.
    package var mediaType: String {
        switch self {
        case .jpg: "image/jpeg"
        case .png, .webp, .gif, .bmp, .tiff, .heic, .avif: "image/\(rawValue)"
        case .mp4, .webm: "video/\(rawValue)"
        case .mov: "video/quicktime"
        case .avi: "video/x-msvideo"
        case .mkv: "video/x-matroska"
        case .mp3: "audio/mpeg"
        case .wav, .flac, .ogg: "audio/\(rawValue)"
        case .m4a: "audio/mp4"
        case .zip: "application/zip"
        case .txt: "text/plain; charset=utf-8"
        case .unknown: "application/octet-stream"
        }
    }

    /// Other extensions under which files of this kind go about, in lower case.
    package var aliases: Set<String> {
        switch self {
        case .jpg: ["jpeg", "jpe", "jfif"]
        case .tiff: ["tif"]
        case .heic: ["heif", "hif"]
        case .mp4: ["m4v"]
        case .mov: ["qt"]
        case .ogg: ["oga", "ogv", "opus"]
        case .m4a: ["m4b"]
        case .mkv: ["mka"]
        case .wav: ["wave"]
        case .txt: ["text"]
        default: []
        }
    }

    /// The kind that an extension or a word of an `accept` list names, in any case; nothing for a word that names none.
    package init?(named word: String) {
        let word = word.lowercased()
        guard let kind = Self.allCases.first(where: { $0.rawValue == word || $0.aliases.contains(word) }) else {
            return nil
        }
        self = kind
    }

    /// Whether a pipeline with this `accept` list takes the kind.
    ///
    /// An empty list stands for what RunningHub lists. `any` takes everything; a family's name takes the family.
    package func isAccepted(by accept: [String]) -> Bool {
        guard !accept.isEmpty else { return Self.listed.contains(self) }
        return accept.contains { word in
            let word = word.lowercased()
            return word == "any" || word == family.rawValue && family != .other || MediaKind(named: word) == self
        }
    }
}
