internal import Glibc
internal import Jobs

/// The move of one original from one of a pipeline's folders to another, replacing nothing and ending in one of both whatever happens.
///
/// Repeated after it was cut off at any point, it goes on: an original that is already there is recognised by its identity. All functions
/// block.
struct Transfer {
    /// What to move, and the place it has in `source`.
    let original: Original
    let source: Folder
    let target: Folder
    /// Suffixes under which other files will lie beside it; its name leaves them room, and their names are free as well.
    var companions: [String] = []

    /// Bounds the race against somebody who takes each free name before it can be used.
    private static let attempts = 100

    /// Moves it, with its parameters, and flushes both folders.
    func run() throws(SystemError) -> Original.Outcome {
        let outcome = try runAlone()
        if original.sidecar != nil, case .moved(let place, _) = outcome {
            try Sidecar(job: original.job).follow(from: original.place, below: source, to: place, below: target)
            source.removeEmptyFolders(at: original.place.folders)
        }
        return outcome
    }

    private func runAlone() throws(SystemError) -> Original.Outcome {
        if let from = try sourceFolder(), let entry = try from.entry(original.place.name), original.isSame(entry) {
            return try move(entry, from: from)
        }
        return try find()
    }

    private func move(_ entry: Entry, from: Folder) throws(SystemError) -> Original.Outcome {
        let to = try target.synchronizedFolder(at: original.place.folders)
        if entry.links > 1, let there = try moved(in: to, where: original.isSame) {
            // Linked by an earlier call, on a file system that cannot rename without replacing; only the unlinking is left.
            try from.remove(original.place.name)
            return try found(there, in: to)
        }
        var outcome: Original.Outcome
        do {
            outcome = try placed(original.place.name, of: from, in: to)
            try to.synchronize()
            try from.synchronize()
        } catch {
            guard error.code == EXDEV else { throw error }
            let copy = OriginalCopy(original: original, from: from, to: to)
            try copy.make(of: entry)
            try copy.removeSource()
            outcome = try placed(copy.name, of: to, in: to)
            try to.synchronize()
        }
        source.removeEmptyFolders(at: original.place.folders)
        return outcome
    }

    /// Gives an entry the lowest free name in the target.
    private func placed(_ name: FileName, of from: Folder, in to: Folder) throws(SystemError) -> Original.Outcome {
        for attempt in 1... {
            let final = numbered(try to.firstFreeNumber(names: names))
            do {
                try from.place(name, in: to, as: final)
                return .moved(path(final), try to.entry(final)?.identity ?? original.identity)
            } catch {
                guard error.code == EEXIST, attempt < Self.attempts else { throw error }
            }
        }
        return .absent
    }

    /// It is not where it was: moved by an earlier call, copied and removed by one, or taken by a person.
    private func find() throws(SystemError) -> Original.Outcome {
        if let from = try sourceFolder() { try OriginalCopy.finishRemoval(of: original, in: from) }
        guard let to = try target.existingFolder(at: original.place.folders) else { return .absent }
        let copy = original.hiddenName(OriginalCopy.suffix)
        if try to.entry(copy) != nil {
            let outcome = try placed(copy, of: to, in: to)
            try to.synchronize()
            source.removeEmptyFolders(at: original.place.folders)
            return outcome
        }
        // On one file system it was renamed, if at all: what looks like a copy there is somebody's own, and perhaps another job's.
        let isElsewhere = try source.identity().device != target.identity().device
        let moved = try moved(in: to) { original.isSame($0) || (isElsewhere && original.isCopied(to: $0)) }
        guard let entry = moved else { return .absent }
        return try found(entry, in: to)
    }

    private func found(_ entry: Entry, in to: Folder) throws(SystemError) -> Original.Outcome {
        try to.synchronize()
        if let from = try sourceFolder() { try from.synchronize() }
        source.removeEmptyFolders(at: original.place.folders)
        return .moved(path(entry.name), entry.identity)
    }

    private func moved(in to: Folder, where fits: (Entry) -> Bool) throws(SystemError) -> Entry? {
        let listing = try DirectoryListing(of: to)
        while let page = try listing.nextPage() {
            for item in page where number(of: item.name) != nil {
                guard let entry = try to.entry(item.name) else { continue }
                if fits(entry) { return entry }
            }
        }
        return nil
    }

    private func sourceFolder() throws(SystemError) -> Folder? {
        try source.existingFolder(at: original.place.folders)
    }

    private func path(_ name: FileName) -> RelativePath {
        RelativePath(folders: original.place.folders, name: name)
    }

    private func names(_ number: Int) -> [FileName] {
        let name = numbered(number)
        return [name] + suffixes.map { FileName(cleaning: name.bytes + Array($0.utf8)) }
    }

    private func numbered(_ number: Int) -> FileName {
        original.place.name.numbered(number, leaving: suffixes.map(\.utf8.count).max() ?? 0)
    }

    private var suffixes: [String] {
        companions + (original.sidecar == nil ? [] : [ParameterName.suffix])
    }

    /// Which of the original's numbered names this is, if any.
    private func number(of name: FileName) -> Int? {
        if name == numbered(1) { return 1 }
        let close = name.bytes.lastIndex(of: UInt8(ascii: ")")) ?? 0
        let digits = name.bytes[..<close].reversed().prefix { (0x30...0x39).contains($0) }.reversed()
        guard digits.count <= 9, let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
        return name == numbered(number) ? number : nil
    }
}
