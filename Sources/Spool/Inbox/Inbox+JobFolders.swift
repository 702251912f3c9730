internal import Jobs

// An inbox whose jobs are folders.
extension Inbox {
    /// How many folders are listed at a time.
    private static let listingLimit = 64

    /// The next complete folders, as far as is known now.
    func takeJobFolders(limit: Int) async -> [SettledFile] {
        let now = watcher.clock.now()
        for file in settling.takeReady(limit: .max) {
            settling.left(file.path, at: now)
            if jobFolders?.settled(file.path, file.identity, at: now.ledger) == false { settling.hasMissed = true }
        }
        await lookAtJobFolders()
        return jobFolders?.takeReady(limit: limit) ?? []
    }

    private func lookAtJobFolders() async {
        guard let folder, let wanted = configuration.jobFolder else { return }
        let looks = jobFolders?.looks(at: watcher.clock.now().ledger, limit: Self.listingLimit) ?? []
        guard !looks.isEmpty else { return }
        let inspector = self.inspector
        let found = try? await blocking {
            var search = JobFolderSearch(for: wanted, inspector: inspector)
            return looks.map { look in Result { try search.find(look, in: folder) } }
        }
        let now = watcher.clock.now()
        for (index, look) in looks.enumerated() {
            guard let result = try? found?[index].get() else {
                jobFolders?.failed(look, at: now.ledger)
                continue
            }
            let unsettled = jobFolders?.looked(look, result, isSettling: settling.isPending, at: now.ledger)
            for file in unsettled ?? [] { settling.found(file.path, .file(file.identity), at: now) }
        }
        signal.give()
    }

    /// A listing came across something.
    func foundInJobFolders(_ path: RelativePath, _ inspection: Inspection, at now: Moment) {
        guard !path.folders.isEmpty else { return }
        switch inspection {
        case .file(let identity):
            guard jobFolders?.isSettled(path, identity) == false else { return }
            settling.found(path, .file(identity), at: now)
        // A folder with nothing else in it lacks its files all the same.
        case .stays(.empty): jobFolders?.found(path, at: now.ledger)
        default: break
        }
    }

    // MARK: Reasons

    /// Why something is not a job yet.
    func jobFolderReason(_ path: RelativePath, _ inspection: Inspection, in root: Folder) async -> WaitReason? {
        guard let wanted = configuration.jobFolder else { return nil }
        let place: RelativePath
        switch inspection {
        case .nothing: return nil
        case .stays(.batchFolder): place = path
        case .stays(.empty), .file:
            guard let folder = path.folder else { return .notInJobFolder(wanted) }
            place = folder
        case .stays(let reason): return reason
        }
        let inspector = self.inspector
        let result = try? await blocking {
            var search = JobFolderSearch(for: wanted, inspector: inspector)
            return try search.find(place, in: root)
        }
        guard let result else { return nil }
        if place != path, result == .folders { return .notInJobFolder(wanted) }
        return reason(for: result)
    }

    /// What people left in the inbox that is not a job yet: job folders as a whole, and what lies beside them.
    func remainingJobFolders(
        limit: Int,
        in root: Folder
    ) async -> [(path: RelativePath, reason: WaitReason)] {
        guard let wanted = configuration.jobFolder else { return [] }
        let inspector = self.inspector
        let found = try? await blocking { try Remains.find(wanted, in: root, inspector: inspector, limit: limit) }
        return (found ?? []).prefix(limit).compactMap { remains in
            switch remains {
            case .folder(let listing): reason(for: .jobFolder(listing)).map { (listing.path, $0) }
            case .other(let path, .file), .other(let path, .stays(.empty)): (path, .notInJobFolder(wanted))
            case .other(let path, .stays(let reason)): (path, reason)
            case .other(_, .nothing): nil
            }
        }
    }

    private func reason(for result: JobFolderSearch.Result) -> WaitReason? {
        let now = watcher.clock.now()
        return jobFolders?.reason(
            for: result,
            settling: { settling.reason(for: $0, at: now) },
            isSettling: settling.isPending,
            at: now.ledger
        )
    }

    private enum Remains {
        case folder(JobFolderListing)
        case other(RelativePath, Inspection)

        /// Walks through an inbox.
        static func find(
            _ wanted: Pipeline.JobFolder,
            in root: Folder,
            inspector: Inspector,
            limit: Int
        ) throws -> [Remains] {
            var search = JobFolderSearch(for: wanted, inspector: inspector)
            var scan = try InboxScan(of: root, inspector: inspector)
            var (found, places): ([Remains], [RelativePath: Bool]) = ([], [:])
            while found.count < limit, let page = try scan.nextPage() {
                for item in page where item.isPeoples {
                    guard let folder = item.path.folder else {
                        found.append(.other(item.path, item.inspection))
                        continue
                    }
                    if places[folder] == nil, case .jobFolder(let listing) = try search.find(folder, in: root) {
                        if places.updateValue(true, forKey: listing.path) != true { found.append(.folder(listing)) }
                        places[folder] = true
                    }
                    guard places[folder] != true else { continue }
                    places[folder] = false
                    found.append(.other(item.path, item.inspection))
                }
            }
            return found
        }
    }
}
