internal import Jobs

extension JobFolders {
    /// What is to be said of a job folder as it is.
    enum Verdict: Sendable {
        /// It can be offered.
        case complete(SettledFile.Content)
        /// It lacks files of these stems, and is waited for until then.
        case lacks([String], until: Timestamp)
        /// These files have to settle, as they were seen.
        case settling([(path: RelativePath, identity: FileIdentity)])
        /// It cannot be taken as it is.
        case stays(WaitReason)
    }

    /// Judges all that is in a folder, which changed last at that time.
    func verdict(
        on listing: JobFolderListing,
        changedAt: Timestamp,
        isSettling: (RelativePath) -> Bool,
        at now: Timestamp
    ) -> Verdict {
        if listing.isTooLong { return .stays(.holdsTooMuch) }
        if let reason = obstacle(in: listing) { return .stays(reason) }
        switch choose(from: listing.files) {
        case .several(let stem, let names): return .stays(.severalFiles(stem: stem, names))
        case .inputs(let inputs, let missing):
            let unsettled = unsettled(in: listing, isSettling: isSettling)
            guard unsettled.isEmpty else { return .settling(unsettled) }
            guard !missing.isEmpty else { return .complete(.folder(inputs)) }
            let until = changedAt + Self.patience
            return until <= now ? .complete(.incomplete(missing: missing)) : .lacks(missing, until: until)
        }
    }

    /// What in it may not be taken though its name does not say so, and would go along.
    private func obstacle(in listing: JobFolderListing) -> WaitReason? {
        for item in listing.items {
            guard case .stays(let reason) = item.inspection else { continue }
            switch reason {
            case .ignoredName(.misnamedParameters), .symbolicLink, .pipe, .socket, .device, .unreadable, .unmovable,
                .tooDeep:
                return .within(listing.inside(item), reason)
            default: continue
            }
        }
        return nil
    }

    private func unsettled(
        in listing: JobFolderListing,
        isSettling: (RelativePath) -> Bool
    ) -> [(path: RelativePath, identity: FileIdentity)] {
        listing.items.compactMap { item in
            switch item.inspection {
            case .file(let identity): isSettled(item.path, identity) ? nil : (item.path, identity)
            // Somebody is just filling it.
            case .stays(.empty) where isSettling(item.path): (item.path, .none)
            default: nil
            }
        }
    }

    private enum Choice {
        case inputs([Job.Input], missing: [String])
        case several(String, [FileName])
    }

    /// Finds the file for each stem: by its stem as it stands, else without case.
    private func choose(from files: [(name: FileName, identity: FileIdentity)]) -> Choice {
        let files = files.sorted { $0.name.bytes.lexicographicallyPrecedes($1.name.bytes) }
        let stems = wanted.stems.map { Array($0.utf8) }
        var inputs: [Job.Input] = []
        var missing: [String] = []
        for (stem, bytes) in zip(wanted.stems, stems) {
            var found = files.filter { $0.name.stem == bytes }
            if found.isEmpty {
                found = files.filter { !stems.contains($0.name.stem) && Self.isAlike($0.name.stem, bytes) }
            }
            guard found.count < 2 else { return .several(stem, found.map(\.name)) }
            guard let file = found.first else {
                missing.append(stem)
                continue
            }
            inputs.append(Job.Input(stem: stem, name: file.name, identity: file.identity))
        }
        guard wanted.hasOther else { return .inputs(inputs, missing: missing) }
        let others = files.filter { file in !inputs.contains { $0.name == file.name } }
        guard others.count < 2 else { return .several("", others.map(\.name)) }
        if let other = others.first {
            inputs.append(Job.Input(stem: "", name: other.name, identity: other.identity))
        } else {
            missing.append("")
        }
        return .inputs(inputs, missing: missing)
    }

    private static func isAlike(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard let one = FileName(bytes: one), let other = FileName(bytes: other) else { return false }
        return FoldedName(one) == FoldedName(other)
    }
}

extension FileIdentity {
    /// Of a file without content: none that can settle.
    fileprivate static let none = FileIdentity(device: 0, inode: 0, size: 0, modified: 0, changed: 0)
}
