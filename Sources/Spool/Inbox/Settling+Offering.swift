package import Jobs

// What has settled, and what became of it.
extension Settling {
    /// The next settled files.
    ///
    /// They are kept until `left` or `returned` tells how it ended.
    package mutating func takeReady(limit: Int) -> [SettledFile] {
        var files: [SettledFile] = []
        while files.count < limit, let path = ready.popFirst() {
            guard let entry = pending[path], entry.phase == .ready, let identity = entry.identity else { continue }
            pending[path]?.phase = .offered
            pending[path]?.isTouched = false
            pending[path]?.hasNewParameters = false
            files.append(SettledFile(path: path, identity: identity))
        }
        return files
    }

    /// An offered file has left the inbox.
    package mutating func left(_ path: RelativePath, at now: Moment) {
        guard let entry = pending[path], entry.phase == .offered else { return }
        guard entry.isTouched else { return forget(path) }
        // Another has come under its name meanwhile, in the way that was noticed.
        pending[path]?.identity = nil
        pending[path]?.since = now.ledger
        settleAgain(path, due: now.ledger)
    }

    /// An offered file could not be claimed and lies in the inbox, to be looked at again after that time.
    ///
    /// `message` is for `why`. `putBack` is the identity of a file that was already out of the inbox and was renamed back: that
    /// rename must not pass for the sign that it is complete. `isForParameters`: it waits for some, and `parametersChanged` ends the wait.
    package mutating func returned(
        _ path: RelativePath,
        after delay: Duration,
        message: Phrase? = nil,
        isForParameters: Bool = false,
        putBack identity: FileIdentity? = nil,
        at now: Moment
    ) {
        if let identity { remember(identity, at: now) }
        guard let entry = pending[path], entry.phase == .offered else { return }
        // Files that cannot be taken must not crowd out those that can.
        guard setAside.count < max(1, settings.capacity / 4) || message == nil else { return forget(path) }
        setAside[path] = message.map { SetAside(message: $0, isForParameters: isForParameters) }
        settleAgain(path, due: isForParameters && entry.hasNewParameters ? now.ledger : now.ledger + delay)
    }

    /// A parameter file in this folder came, changed or went: what waits for it is looked at again at once.
    package mutating func parametersChanged(_ parameters: ParameterName, in folders: [FileName], at now: Moment) {
        switch parameters {
        case .file(let name): parametersChanged(for: RelativePath(folders: folders, name: name), at: now)
        case .everything:
            for path in pending.keys where path.folders.starts(with: folders) { parametersChanged(for: path, at: now) }
        case .jobFolder: break
        }
    }

    private mutating func parametersChanged(for path: RelativePath, at now: Moment) {
        guard let entry = pending[path] else { return }
        pending[path]?.hasNewParameters = true
        guard entry.phase == .settling, setAside[path]?.isForParameters == true else { return }
        settleAgain(path, due: now.ledger)
    }
}
