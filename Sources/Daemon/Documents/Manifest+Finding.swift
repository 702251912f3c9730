import FoundationEssentials
import Jobs
import Spool

extension Manifest {
    private static let ending = Array(".result.json".utf8)
    private static let longest = 1 << 20

    /// The job that a thing in the outbox came of, by the manifest beside it; nothing where none names it.
    ///
    /// Blocks. Manifests are looked for by the names that they can have, so that a full folder is not read through.
    static func job(of path: RelativePath, in outbox: Folder) throws -> JobID? {
        guard let entry = try outbox.entry(at: path) else { return nil }
        let isFolder = entry.kind == .folder
        let names = isFolder ? path.folders + [path.name] : path.folders
        let folder = try outbox.folder(at: names)
        let bases = (isFolder ? [] : stems(of: path.name)) + (names.last.map { [$0.bytes] } ?? [])
        for base in bases {
            for hidden in ["", "."] {
                let name = FileName(cleaning: Array(hidden.utf8) + base + ending)
                guard let bytes = try? folder.contents(of: name, limit: longest) else { continue }
                guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)) else { continue }
                let own = path.name.description
                let isNamed = manifest.outputs.contains { $0.file == own || $0.file.hasSuffix("/\(own)") }
                if isFolder || isNamed || path.name == name { return JobID(manifest.job) }
            }
        }
        return nil
    }

    /// The stems that a result's manifest can have: `cat` for `cat.png`, `cat-2.png` and `cat.result.json`.
    private static func stems(of name: FileName) -> [[UInt8]] {
        if name.bytes.count > ending.count, name.bytes.suffix(ending.count).elementsEqual(ending) {
            return [Array(name.bytes.dropLast(ending.count))]
        }
        let stem = name.stem
        guard let dash = stem.lastIndex(of: UInt8(ascii: "-")), dash > 0, dash + 1 < stem.count else { return [stem] }
        let isNumber = stem[(dash + 1)...].allSatisfy { (0x30...0x39).contains($0) }
        return isNumber ? [stem, Array(stem[..<dash])] : [stem]
    }
}

extension FileName {
    /// Whether it is the name of one of our notes beside an original in `failed/`.
    var isErrorNote: Bool {
        description.hasSuffix(ErrorNotes.textSuffix) || description.hasSuffix(ErrorNotes.jsonSuffix)
    }
}

extension RelativePath {
    /// The original whose note this is.
    var withoutNote: RelativePath {
        let isText = name.description.hasSuffix(ErrorNotes.textSuffix)
        let length = (isText ? ErrorNotes.textSuffix : ErrorNotes.jsonSuffix).utf8.count
        return RelativePath(folders: folders, name: FileName(bytes: name.bytes.dropLast(length)) ?? name)
    }
}
