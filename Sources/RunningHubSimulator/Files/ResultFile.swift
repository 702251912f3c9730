/// A file that a task produced and that can be downloaded.
struct ResultFile: Sendable {
    let taskID: String
    let name: String
    let content: ResultContent
    let contentType: String
    /// Unix time in seconds.
    let madeAt: Int64
    /// When its address stops to work, since the simulator began.
    let expires: Duration
    /// What its address must carry in the query, if anything.
    let signature: String?
    let hostile: HostileSettings
    /// Downloads begun so far.
    var downloads = 0
}

/// Where a result's bytes come from.
enum ResultContent: Sendable {
    case upload(UploadedFile)
    case generated(GeneratedBytes)
    case text(String)

    var bytes: Int {
        switch self {
        case .upload(let file): file.bytes
        case .generated(let generated): generated.count
        case .text(let text): text.utf8.count
        }
    }
}
