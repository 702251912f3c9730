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
            settling.looked(look, seen.map { $0[index] } ?? .unknown, at: now)
        }
    }

    private static func observe(
        _ path: RelativePath,
        in folder: Folder,
        by inspector: Inspector
    ) -> Settling.Observation {
        do {
            return observation(try inspector.inspect(path, in: folder))
        } catch {
            return .unknown
        }
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
