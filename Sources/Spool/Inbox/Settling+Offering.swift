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
    /// rename must not pass for the sign that it is complete.
    package mutating func returned(
        _ path: RelativePath,
        after delay: Duration,
        message: String? = nil,
        putBack identity: FileIdentity? = nil,
        at now: Moment
    ) {
        if let identity { remember(identity, at: now) }
        guard pending[path]?.phase == .offered else { return }
        // Files that cannot be taken must not crowd out those that can.
        guard setAside.count < max(1, settings.capacity / 4) || message == nil else { return forget(path) }
        setAside[path] = message
        settleAgain(path, due: now.ledger + delay)
    }
}
