internal import Jobs

extension Inbox {
    /// The most new folders that are kept in mind one by one; with more, everything is looked through.
    private static let newFolderLimit = 256

    /// Takes in what the kernel noticed.
    ///
    /// Makes no calls.
    func noticed(_ notices: [Notice]) {
        let now = watcher.clock.now()
        var isWorthWaking = false
        for notice in notices where noticed(notice, at: now) { isWorthWaking = true }
        if isWorthWaking { signal.give() }
    }

    /// Notifications were lost.
    func lostTrack() {
        let now = watcher.clock.now()
        settling.lostTrack(at: now)
        eventSink.yield(.overflow)
        scanAt = now.ledger
        signal.give()
    }

    /// Whether there is something to do now.
    private func noticed(_ notice: Notice, at now: Moment) -> Bool {
        let mask = notice.event.mask
        guard let name = notice.event.name else { return noticedFolderItself(notice, at: now) }
        if let rule = inspector.rules.rule(for: name) {
            guard case .parameters(let parameters) = rule, mask.isChange else { return false }
            parametersChanged(parameters, in: notice.folders, at: now)
            return true
        }
        let path = RelativePath(folders: notice.folders, name: name)
        guard !mask.contains(.isFolder) else { return noticedFolder(path, mask, at: now) }
        guard jobFolders == nil || !notice.folders.isEmpty else { return false }
        if mask.isChange { jobFolders?.touched(path, at: now.ledger) }
        if mask.contains(.created) { settling.created(path, at: now) }
        if mask.contains(.opened) { settling.opened(path, at: now) }
        if mask.contains(.closedAfterWriting) { settling.closed(path, at: now) }
        if mask.contains(.closedUnwritten) { return settling.closedUnwritten(path, at: now) }
        if mask.contains(.movedAway) { settling.movedAway(path, cookie: notice.event.cookie) }
        if mask.contains(.movedIn) { settling.movedIn(path, cookie: notice.event.cookie, at: now) }
        if mask.contains(.deleted) { settling.gone(path) }
        if mask.contains(.attributes) { settling.attributesChanged(path, at: now) }
        return !mask.isSubset(of: [.opened])
    }

    private func noticedFolder(_ path: RelativePath, _ mask: InotifyEvent.Mask, at now: Moment) -> Bool {
        let folders = path.folders + [path.name]
        if !mask.isDisjoint(with: [.movedAway, .deleted]) {
            watcher.unwatch(below: folders, of: self)
            goneBelow(folders, at: now)
            return true
        }
        guard !mask.isDisjoint(with: [.created, .movedIn, .attributes]) else { return false }
        guard !newFolders.contains(folders) else { return true }
        if newFolders.count < Self.newFolderLimit {
            newFolders.append(folders)
        } else {
            scanAt = now.ledger
        }
        return true
    }

    private func noticedFolderItself(_ notice: Notice, at now: Moment) -> Bool {
        guard !notice.event.mask.isDisjoint(with: [.folderDeleted, .folderMoved, .unmounted, .watchEnded]) else {
            return false
        }
        guard !notice.folders.isEmpty else {
            // The path may lead elsewhere now, or nowhere: the folder is opened anew before anything else is done.
            scanAt = now.ledger
            return true
        }
        guard notice.event.mask.isDisjoint(with: [.folderMoved]) else { return false }
        goneBelow(notice.folders, at: now)
        return true
    }

    private func goneBelow(_ folders: [FileName], at now: Moment) {
        settling.goneBelow(folders)
        jobFolders?.goneBelow(folders, at: now.ledger)
    }

    /// A parameter file in this folder came, changed or went.
    func parametersChanged(_ parameters: ParameterName, in folders: [FileName], at now: Moment) {
        settling.parametersChanged(parameters, in: folders, at: now)
        jobFolders?.parametersChanged(parameters, in: folders, at: now.ledger)
    }
}

extension InotifyEvent.Mask {
    /// Whether an entry came, went or was changed; not where it was merely opened.
    fileprivate var isChange: Bool {
        !isDisjoint(with: [.created, .closedAfterWriting, .movedAway, .movedIn, .deleted, .attributes])
    }
}
