package import Jobs

// Which folders to look at, what they turned out to be, and which are complete.
extension JobFolders {
    /// The folder, or a known job folder around it, is to be looked at.
    mutating func request(_ folder: RelativePath, at time: Timestamp) {
        let folder = known(folder) ?? folder
        if candidates[folder]?.isOffered == true {
            candidates[folder]?.isTouched = true
            return
        }
        if let earlier = requests[folder], earlier <= time { return }
        requests[folder] = time
        due.insert(folder, due: time)
        guard due.count > 2 * requests.count + 64 else { return }
        due.removeAll()
        for (folder, time) in requests { due.insert(folder, due: time) }
    }

    /// The job folder that a folder was found to be or to lie in.
    func known(_ folder: RelativePath) -> RelativePath? {
        let names = folder.folders + [folder.name]
        for (depth, name) in names.enumerated() {
            let path = RelativePath(folders: Array(names[..<depth]), name: name)
            if candidates[path] != nil { return path }
        }
        return nil
    }

    /// Every folder that waits is to be looked at, those that were set aside excepted.
    package mutating func lookAtAll(at now: Timestamp) {
        for (path, candidate) in candidates where candidate.setAside == nil { request(path, at: now) }
    }

    /// The folders to look at now.
    package mutating func looks(at now: Timestamp, limit: Int) -> [RelativePath] {
        var looks: [RelativePath] = []
        while looks.count < limit, let first = firstDue(), first.due <= now {
            due.removeFirst()
            requests[first.path] = nil
            looks.append(first.path)
        }
        return looks
    }

    /// When the next folder is to be looked at.
    package mutating func nextLook() -> Timestamp? {
        firstDue()?.due
    }

    private mutating func firstDue() -> DueQueue.Item? {
        while let first = due.first {
            if requests[first.path] == first.due { return first }
            due.removeFirst()
        }
        return nil
    }

    /// A folder could not be looked at.
    package mutating func failed(_ folder: RelativePath, at now: Timestamp) {
        request(folder, at: now + .seconds(1))
    }

    /// What a folder turned out to be; gives the files in it that are not settled.
    ///
    /// - Parameters:
    ///   - folder: The folder that was to be looked at.
    ///   - result: What was found.
    ///   - isSettling: Whether a file is still waited for.
    ///   - now: The time.
    /// - Returns: The files that have to settle, in the condition in which they were seen.
    package mutating func looked(
        _ folder: RelativePath,
        _ result: JobFolderSearch.Result,
        isSettling: (RelativePath) -> Bool,
        at now: Timestamp
    ) -> [(path: RelativePath, identity: FileIdentity)] {
        switch result {
        case .jobFolder(let listing):
            if listing.path != folder, candidates[folder]?.isOffered == false { candidates[folder] = nil }
            return looked(listing, isSettling: isSettling, at: now)
        case .folders:
            if candidates[folder]?.isOffered == false { candidates[folder] = nil }
            // What lies beside folders is nothing to take; those folders are looked at on their own.
            memberCount -= members.removeValue(forKey: folder.folders + [folder.name])?.count ?? 0
        case .stays, .nothing: forget(folder)
        }
        return []
    }

    private mutating func looked(
        _ listing: JobFolderListing,
        isSettling: (RelativePath) -> Bool,
        at now: Timestamp
    ) -> [(path: RelativePath, identity: FileIdentity)] {
        let path = listing.path
        var candidate = candidates[path] ?? Candidate(changedAt: now)
        guard !candidate.isOffered else {
            candidates[path]?.isTouched = true
            return []
        }
        let condition = listing.condition
        if let before = candidate.condition, before != condition { candidate.changedAt = now }
        candidate.condition = condition
        candidate.phase = .waiting
        candidates[path] = candidate
        switch verdict(on: listing, changedAt: candidate.changedAt, isSettling: isSettling, at: now) {
        case .stays: forget(path)
        case .lacks(_, let until): request(path, at: until)
        case .settling(let files):
            request(path, at: now + backstop)
            return files
        case .complete(let content):
            candidates[path]?.phase = .ready(SettledFile(path: path, identity: listing.identity, content: content))
            ready.append(path)
        }
        return []
    }

    /// Forgets a folder that is no job folder, or cannot be one as it is.
    private mutating func forget(_ folder: RelativePath) {
        guard candidates[folder]?.isOffered != true else { return }
        candidates[folder] = nil
        forgetMembers(below: folder.folders + [folder.name])
    }

    // MARK: Offering

    /// The next complete folders.
    package mutating func takeReady(limit: Int) -> [SettledFile] {
        var folders: [SettledFile] = []
        while folders.count < limit, !ready.isEmpty {
            let path = ready.removeFirst()
            guard case .ready(let folder) = candidates[path]?.phase else { continue }
            candidates[path]?.phase = .offered
            candidates[path]?.isTouched = false
            candidates[path]?.hasNewParameters = false
            folders.append(folder)
        }
        return folders
    }
}
