internal import Jobs

extension Inbox {
    /// Looks at the files whose time has come.
    func lookAtDue() async {
        guard let folder else { return }
        let looks = settling.looks(at: watcher.clock.now(), limit: Self.lookLimit)
        guard !looks.isEmpty else { return }
        let inspector = self.inspector
        let seen = try? await blocking { looks.map { Self.observe($0.path, in: folder, by: inspector) } }
        let now = watcher.clock.now()
        for (index, look) in looks.enumerated() {
            settling.looked(look, seen?[index].observation ?? .unknown, at: now)
        }
        if seen?.contains(where: \.isBarred) == true { lookAgainSoon() }
    }

    private static func observe(
        _ path: RelativePath,
        in folder: Folder,
        by inspector: Inspector
    ) -> (observation: Settling.Observation, isBarred: Bool) {
        do {
            let inspection = try inspector.inspect(path, in: folder)
            return (observation(inspection), inspection.isBarred)
        } catch {
            return (.unknown, false)
        }
    }

    /// Everything is looked through again soon, since something may not be taken for its rights.
    ///
    /// That it may be now is not always noticed: a file server, or a security module, has changed its mind. An inbox that takes long is not
    /// looked through all the time.
    func lookAgainSoon() {
        scanAt = min(scanAt, watcher.clock.now().ledger + max(.seconds(10), lastScanLength * 100))
    }

    static func observation(_ inspection: Inspection) -> Settling.Observation {
        switch inspection {
        case .file(let identity): .file(identity)
        // That a file which its maker has open is still empty is worth knowing; of all else nothing is kept in mind.
        case .stays(.empty): .empty
        case .stays, .nothing: .nothing
        }
    }
}

extension Inspection {
    /// Whether it is its rights, or its folder's, that keep something where it is.
    var isBarred: Bool {
        switch self {
        case .stays(.unreadable), .stays(.unmovable): true
        case .file, .stays, .nothing: false
        }
    }
}
