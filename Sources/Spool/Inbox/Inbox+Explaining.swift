package import Jobs

extension Inbox {
    /// Why something is in the inbox and not a job yet; nothing where no such thing is there.
    package func explain(_ path: RelativePath) async -> WaitReason? {
        guard let folder else { return .away }
        let inspector = self.inspector
        let inspection = try? await blocking { try inspector.inspect(path, in: folder) }
        guard let inspection else { return nil }
        guard jobFolders == nil else { return await jobFolderReason(path, inspection, in: folder) }
        return reason(path, inspection)
    }

    /// What people left in the inbox that is not a job yet, each with its reason, at most so many.
    ///
    /// Names that begin with a dot and the daemon's own files are left out. A walk of its own through the folder.
    package func remaining(limit: Int) async -> [(path: RelativePath, reason: WaitReason)] {
        guard let folder else { return [] }
        guard jobFolders == nil else { return await remainingJobFolders(limit: limit, in: folder) }
        let inspector = self.inspector
        let found = try? await blocking {
            var scan = try InboxScan(of: folder, inspector: inspector)
            var found: [InboxScan.Found] = []
            while found.count < limit, let page = try scan.nextPage() { found += page.filter(\.isPeoples) }
            return found
        }
        let told = (found ?? []).prefix(limit)
        return told.compactMap { found in reason(found.path, found.inspection).map { (found.path, $0) } }
    }

    private func reason(_ path: RelativePath, _ inspection: Inspection) -> WaitReason? {
        switch inspection {
        case .stays(let reason): reason
        case .nothing: nil
        case .file: settling.reason(for: path, at: watcher.clock.now())
        }
    }
}
