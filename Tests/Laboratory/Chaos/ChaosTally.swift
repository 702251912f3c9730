import FaultPoints

/// What was done in a run, and how often it came as meant.
struct ChaosTally: Sendable {
    struct Count: Sendable {
        /// How often the blow was prepared.
        var armed = 0
        /// How often the daemon got there, and was ended there.
        var struck = 0
    }

    private(set) var points: [FaultPoint: [FaultPoint.Side: Count]] = [:]
    /// Kills at a moment that had nothing to do with what the daemon did.
    private(set) var moments = 0
    var inputs = 0
    var withdrawals = 0
    var cancellations = 0
    /// Files that were moved from `failed/` back into the inbox.
    var returns = 0
    /// Jobs that were still waiting for proof of a submission that the cloud never took.
    var awaitingProof = 0
    var submissions = 0

    /// All kills.
    var kills: Int { moments + points.values.flatMap(\.values).reduce(0) { $0 + $1.armed } }

    /// Counts a kill.
    mutating func add(_ blow: Blow, cameTrue: Bool) {
        switch blow {
        case .time: moments += 1
        case .point(let point, let side, _):
            points[point, default: [:]][side, default: Count()].armed += 1
            if cameTrue { points[point, default: [:]][side, default: Count()].struck += 1 }
        }
    }

    /// Adds another round's.
    mutating func add(_ other: ChaosTally) {
        moments += other.moments
        inputs += other.inputs
        withdrawals += other.withdrawals
        cancellations += other.cancellations
        returns += other.returns
        awaitingProof += other.awaitingProof
        submissions += other.submissions
        for (point, sides) in other.points {
            for (side, count) in sides {
                points[point, default: [:]][side, default: Count()].armed += count.armed
                points[point, default: [:]][side, default: Count()].struck += count.struck
            }
        }
    }

    /// The table for people, in Markdown.
    var table: String {
        var lines = [
            "| fault point | killed before it | killed after it |",
            "| --- | ---: | ---: |",
        ]
        for point in FaultPoint.allCases {
            let cells = FaultPoint.Side.allCases.map { "\(points[point]?[$0]?.struck ?? 0)" }
            lines.append("| `\(point.rawValue)` | \(cells.joined(separator: " | ")) |")
        }
        let struck = points.values.flatMap(\.values).reduce(0) { $0 + $1.struck }
        lines.append("| any moment | \(kills - struck) | |")
        return lines.joined(separator: "\n")
    }
}
