import Foundation

/// What lies in a workplace's folders at one moment.
struct SpoolView: Sendable {
    /// A file, and what is in it.
    struct File: Sendable, Hashable {
        let role: String
        let pipeline: String
        /// Below the pipeline's folder of that role.
        let path: String
        let digest: String
    }

    /// A manifest with the folder that it stands in.
    struct Manifest: Sendable {
        let pipeline: String
        /// The folder's path below the outbox, empty or ended by a slash.
        let folder: String
        let path: String
        let document: Document
    }

    /// What a manifest says, as far as it is compared.
    struct Document: Decodable, Sendable {
        struct Source: Decodable, Sendable {
            let name: String
        }
        struct Output: Decodable, Sendable {
            let file: String
            let sha256: String
        }
        let job: String
        let task_id: String?
        let sources: [Source]
        let outputs: [Output]
    }

    /// All files but the daemon's own marks.
    private(set) var files: [File] = []
    private(set) var manifests: [Manifest] = []
    /// What `NAME.error.json` says, by the path of what it stands beside in `failed/`.
    private(set) var failures: [String: String] = [:]
    /// What should not be there at all.
    private(set) var strays: [String] = []

    static let roles = ["inbox", "work", "done", "failed", "outbox"]

    init(_ workplace: Workplace) {
        for pipeline in workplace.pipelines {
            for role in Self.roles {
                let root = workplace.path(role, of: pipeline)
                guard let walk = FileManager.default.enumerator(atPath: root) else { continue }
                while let path = walk.nextObject() as? String { look(at: path, in: root, role, pipeline.name) }
            }
        }
    }

    private mutating func look(at path: String, in root: String, _ role: String, _ pipeline: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        if [".runninghubd", "_STATUS.txt", ".runninghubd-staging"].contains(name) { return }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isFolder) else { return }
        let whole = "\(role)/\(pipeline)/\(path)"
        if name.hasPrefix(".runninghubd") || path.hasPrefix(".runninghubd-staging/") { strays.append(whole) }
        guard !isFolder.boolValue, let data = FileManager.default.contents(atPath: "\(root)/\(path)") else { return }
        if role == "failed", name.hasSuffix(".error.json") {
            let document = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
            failures["\(pipeline)/\(path.dropLast(".error.json".count))"] = document?["name"] as? String ?? "unreadable"
        } else if role == "outbox", name.hasSuffix(".result.json") {
            guard let document = try? JSONDecoder().decode(Document.self, from: data) else {
                strays.append("\(whole), which is no manifest")
                return
            }
            let folder = String(path.dropLast(name.count))
            manifests.append(Manifest(pipeline: pipeline, folder: folder, path: path, document: document))
        } else if !name.hasSuffix(".error.txt"), !name.hasSuffix(".yaml") {
            files.append(File(role: role, pipeline: pipeline, path: path, digest: Dropper.digest(of: Array(data))))
        }
    }
}
