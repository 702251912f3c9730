package import Jobs

// What became of offered folders, and why others wait.
extension JobFolders {
    /// An offered folder has left the inbox.
    package mutating func left(_ path: RelativePath, at now: Timestamp) {
        guard let candidate = candidates[path], candidate.isOffered else { return }
        candidates[path] = nil
        forgetMembers(below: path.folders + [path.name])
        // Another may have come under its name meanwhile.
        if candidate.isTouched { request(path, at: now) }
    }

    /// An offered folder could not be claimed and lies in the inbox, to be looked at again after that time.
    package mutating func returned(
        _ path: RelativePath,
        after delay: Duration,
        message: Phrase? = nil,
        isForParameters: Bool = false,
        at now: Timestamp
    ) {
        guard var candidate = candidates[path], candidate.isOffered else { return }
        // Folders that cannot be taken must not crowd out those that can; they are found again.
        let hasRoom = candidate.setAside != nil || setAsideCount < max(1, capacity / 4)
        guard message == nil || hasRoom else {
            candidates[path] = nil
            return forgetMembers(below: path.folders + [path.name])
        }
        candidate.phase = .waiting
        candidate.setAside = message.map { Settling.SetAside(message: $0, isForParameters: isForParameters) }
        candidates[path] = candidate
        let isEarly = isForParameters && candidate.hasNewParameters
        request(path, at: isEarly ? now : candidate.isTouched ? now + min(delay, Self.pause) : now + delay)
    }

    private var setAsideCount: Int { candidates.values.count { $0.setAside != nil } }

    /// A parameter file in this folder came, changed or went: what waits for it is looked at again at once.
    package mutating func parametersChanged(_ parameters: ParameterName, in folders: [FileName], at now: Timestamp) {
        for (path, candidate) in candidates {
            switch parameters {
            case .everything: guard (path.folders + [path.name]).starts(with: folders) else { continue }
            case .jobFolder: guard path.folders + [path.name] == folders else { continue }
            case .file: continue
            }
            candidates[path]?.hasNewParameters = true
            if candidate.setAside?.isForParameters == true { request(path, at: now) }
        }
    }

    /// Why something in the inbox is not a job yet, by what the folder at its place, or around it, turned out to be.
    ///
    /// - Parameters:
    ///   - result: What that folder is.
    ///   - settling: Why a file still has to settle.
    ///   - isSettling: Whether a file is still waited for.
    ///   - now: The time.
    /// - Returns: The reason; nothing where there is no such folder.
    package func reason(
        for result: JobFolderSearch.Result,
        settling: (RelativePath) -> WaitReason,
        isSettling: (RelativePath) -> Bool,
        at now: Timestamp
    ) -> WaitReason? {
        switch result {
        case .nothing: return nil
        case .folders: return .foldersOfJobs
        case .stays(_, .ignoredName(let rule)): return .ignoredName(rule)
        case .stays(_, let reason): return reason
        case .jobFolder(let listing):
            let candidate = candidates[listing.path]
            if let setAside = candidate?.setAside { return setAside.reason(until: requests[listing.path] ?? now) }
            switch verdict(on: listing, changedAt: candidate?.changedAt ?? now, isSettling: isSettling, at: now) {
            case .stays(let reason): return reason
            case .lacks(let stems, let until): return .lacksFiles(stems, until: until)
            case .complete: return .awaitingTurn
            case .settling(let files):
                guard let first = files.first else { return .notYetSeen }
                let inside = RelativePath(
                    folders: Array(first.path.folders.dropFirst(listing.path.folders.count + 1)),
                    name: first.path.name
                )
                return .within(inside, settling(first.path))
            }
        }
    }
}
