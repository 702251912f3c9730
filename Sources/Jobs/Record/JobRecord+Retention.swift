extension JobRecord {
    /// Its original has been kept as long as `retention` says.
    ///
    /// - Parameters:
    ///   - end: what became of it.
    ///   - now: the time.
    /// - Returns: `.ignored` where it lies in neither `done/` nor `failed/`.
    package mutating func expired(_ end: OriginalEnd, at now: Timestamp) -> EventOutcome {
        guard job.state.isFinal, job.duty == .none, !job.isReviving, job.folder == .done || job.folder == .failed else {
            return .ignored("its original is not one to be deleted")
        }
        let place = "\(job.folder.rawValue)/\(job.pipeline)/\(job.place)"
        job.folder = .gone
        switch end {
        case .deleted: tell(.expired, place)
        case .absent: break
        case .changed: tell(.leftAlone, place)
        }
        return .applied
    }
}

/// What became of an original whose time was up.
package enum OriginalEnd: Sendable, Hashable {
    /// It was deleted.
    case deleted
    /// Somebody had taken it away.
    case absent
    /// Somebody has written to it, or put something else in its place: it is theirs now, and left where it is.
    case changed
}
