import Jobs
import Ledger

/// The line that `systemctl status` shows: the worst trouble first, then how many jobs stand where.
struct StatusLine: Sendable {
    var troubles: [String]
    var counts: [String: [JobState: Int]]

    /// The line.
    var text: String {
        var totals: [JobState: Int] = [:]
        for states in counts.values { totals.merge(states) { $0 + $1 } }
        func count(_ states: JobState...) -> Int { states.reduce(0) { $0 + (totals[$1] ?? 0) } }
        let figures = [
            "\(count(.queued)) waiting", "\(count(.uploading)) uploading",
            "\(count(.submitting, .running)) running", "\(count(.fetching)) fetching",
            "\(count(.delivered)) delivered", "\(count(.failed)) failed",
        ]
        let unconfirmed = count(.unconfirmed)
        let doubtful = unconfirmed > 0 ? ["\(unconfirmed) of unknown outcome"] : []
        return (troubles.prefix(1) + [(doubtful + figures).joined(separator: ", ")]).joined(separator: " | ")
    }
}
