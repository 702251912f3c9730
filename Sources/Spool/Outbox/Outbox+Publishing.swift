internal import FaultPoints
internal import Glibc
internal import Jobs

extension Outbox {
    func publishFlat(
        _ plan: PublishPlan,
        from staged: Folder,
        to target: Folder,
        onStep: (Step) -> Void
    ) throws(SystemError) -> Publication {
        var published = try publishedItems(plan, in: staged)
        if published.isEmpty, try isAnyTaken(plan, in: target) { return .nameTaken(published: []) }
        for (index, item) in plan.items.enumerated() {
            let isManifest = index == plan.items.count - 1
            if isManifest {
                try flush(target, then: staged)
                onStep(.outputsFlushed)
            }
            guard !published.contains(index) else { continue }
            let point: FaultPoint = isManifest ? .publishManifest : .publishOutput
            point.before()
            do {
                try staged.place(item.staged, in: target, as: item.final)
            } catch {
                guard error.code == EEXIST else { throw error }
                return .nameTaken(published: published)
            }
            point.after()
            published.insert(index)
            onStep(.published(index))
        }
        try flush(target, then: staged)
        onStep(.flushed)
        return .published
    }

    /// The whole folder is put together inside the staging folder, under a name that is not its own yet.
    func publishWhole(
        _ plan: PublishPlan,
        as name: FileName,
        from staged: Folder,
        to target: Folder,
        onStep: (Step) -> Void
    ) throws(SystemError) -> Publication {
        let published = try publishedItems(plan, in: staged)
        if published.count < plan.items.count {
            let whole = try staged.madeFolder(Staging.wholeName)
            for (index, item) in plan.items.enumerated() where !published.contains(index) {
                // Replaces: nobody else has been in there, and a manifest may be written anew.
                let (old, new) = (item.staged.bytes, item.final.bytes)
                try staged.calls.rename(old, in: staged.descriptor, to: new, in: whole.descriptor, flags: 0)
                onStep(.published(index))
            }
        }
        if let whole = try existingWhole(in: staged) {
            try flush(whole, then: staged)
            onStep(.outputsFlushed)
            FaultPoint.publishOutput.before()
            defer { FaultPoint.publishOutput.after() }
            do {
                try staged.place(Staging.wholeName, in: target, as: name)
            } catch {
                guard error.code == EEXIST else { throw error }
                return .nameTaken(published: [])
            }
        }
        try flush(target, then: staged)
        onStep(.flushed)
        return .published
    }

    private func publishedItems(_ plan: PublishPlan, in staged: Folder) throws(SystemError) -> Set<Int> {
        var published: Set<Int> = []
        for (index, item) in plan.items.enumerated() where try staged.entry(item.staged) == nil {
            published.insert(index)
        }
        return published
    }

    /// Looked at before the first rename: while nothing is out, the whole job can still get another number.
    private func isAnyTaken(_ plan: PublishPlan, in target: Folder) throws(SystemError) -> Bool {
        for item in plan.items {
            guard let there = try target.entry(item.final) else { continue }
            // Linked by an earlier call that was cut off before it could unlink the staged name.
            guard there.links > 1, try isStaged(there, plan) else { return true }
        }
        return false
    }

    private func isStaged(_ entry: Entry, _ plan: PublishPlan) throws(SystemError) -> Bool {
        guard let item = plan.items.first(where: { $0.final == entry.name }) else { return false }
        let staging = try Staging.existing(for: plan.job, in: folder)
        guard let staged = try staging?.folder.entry(item.staged) else { return false }
        return staged.identity.inode == entry.identity.inode && staged.identity.device == entry.identity.device
    }

    private func existingWhole(in staged: Folder) throws(SystemError) -> Folder? {
        guard try staged.entry(Staging.wholeName) != nil else { return nil }
        return try staged.folder(Staging.wholeName)
    }

    /// First where names were added, then where they were taken away: after a power cut they stand in one of both.
    private func flush(_ target: Folder, then staged: Folder) throws(SystemError) {
        FaultPoint.publishFlush.before()
        try target.synchronize()
        try staged.synchronize()
        FaultPoint.publishFlush.after()
    }
}
