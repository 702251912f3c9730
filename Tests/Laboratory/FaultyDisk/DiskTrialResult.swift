import Foundation

/// What was seen of one fault.
struct DiskTrialResult: Sendable {
    let fault: String
    var inputs = 0
    var failedCalls: Int?
    /// The share of one processor that the daemon took while the fault lasted.
    var processor = 0.0
    /// Whether most of what came while the fault lasted waited at its end, and longer than tasks take.
    var isStuck = false
    /// What the journal said while the fault lasted.
    var lines: JournalTally?
    /// From the end of the fault until all that had been dropped was delivered.
    var recovery = Duration.zero
    /// What was not as promised.
    var broken: [String] = []

    /// Adds what was seen beyond the bounds.
    mutating func judge(length: Duration) {
        if broken.isEmpty, recovery > DiskTrial.patience {
            broken.append("it took \(recovery.inSeconds) s to recover")
        }
        if processor > DiskTrial.mostProcessor { broken.append("it took \(processor.inPercent) of a processor") }
        let isSilent = lines?.troubles.isEmpty ?? true
        if isStuck, isSilent { broken.append("it waited, and did not say why") }
        // One when it begins, one for each minute that follows.
        let most = Int(length / .seconds(60)) + 1
        for (trouble, count) in lines?.troubles ?? [:] where count > most {
            broken.append("\(count) lines about one trouble: \(trouble)")
        }
    }

    /// A line of the table, in Markdown.
    var row: String {
        let cells = [
            fault, failedCalls.map(String.init) ?? "–", "\(inputs)", processor.inPercent,
            "\(lines?.troubles.count ?? 0)", "\(lines?.most ?? 0)", "\(recovery.inSeconds) s",
            broken.isEmpty ? "as promised" : "NOT as promised",
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    static let head = """
        | fault | calls failed | inputs | processor | troubles told | most lines of one | recovered after | |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        """
}

extension Duration {
    fileprivate var inSeconds: String { String(format: "%.1f", self / .seconds(1)) }
}

extension Double {
    fileprivate var inPercent: String { String(format: "%.1f %%", self * 100) }
}
