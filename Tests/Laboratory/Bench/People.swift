import Foundation
import Glibc
import Jobs

/// People who think better of it: they cancel jobs, and move what failed back into the inbox.
///
/// What was paid is then to be fetched, and paid anew only once it has come to nothing.
struct People: Sendable {
    let workplace: Workplace
    /// Whether what they move is flushed to disk, as it has to be to outlive a power cut.
    let isFlushing: Bool
    private var generator: SeededGenerator
    /// How often the files of a job were moved back, by its stem; also of jobs that were cancelled, perhaps, and not moved.
    private(set) var revised: [String: Int] = [:]
    private(set) var cancellations = 0

    /// How many files and folders were moved back.
    var returns: Int { revised.values.reduce(0, +) }

    init(in workplace: Workplace, seed: UInt64, isFlushing: Bool = false) {
        self.workplace = workplace
        self.isFlushing = isFlushing
        generator = SeededGenerator(seed: seed)
    }

    /// One of a number of times.
    mutating func happens(onceIn times: Int) -> Bool { Int.random(in: 0..<times, using: &generator) == 0 }

    /// Cancels a job that has not ended, if there is one; the daemon may die over it.
    mutating func cancelOne(of drops: [Drop]) async {
        guard let jobs = try? await workplace.listed(),
            let job = jobs.filter({ JobState(rawValue: $0.state)?.isFinal == false }).randomElement(using: &generator),
            let drop = drops.first(where: { $0.pipeline == job.pipeline && $0.isNamed(job.file) })
        else { return }
        // Whether or not an answer comes: it may have been done.
        revised[drop.stem, default: 0] += 0
        if let answer = try? await workplace.command(["cancel", job.id]), answer.code == 0 { cancellations += 1 }
    }

    private func move(_ name: String, from failed: String, to inbox: String) -> Bool {
        do {
            try Dropper(workplace: workplace).move("\(failed)/\(name)", to: "\(inbox)/\(name)")
            return true
        } catch {
            return false
        }
    }

    /// Moves back about half of what lies in `failed/`.
    ///
    /// - Parameters:
    ///   - drops: of these alone.
    ///   - reasons: what failed otherwise stays where it is, to be judged.
    /// - Throws: where what was moved cannot be flushed.
    mutating func giveBack(_ drops: [Drop], failedAs reasons: Set<String>) throws {
        let view = SpoolView(workplace)
        for pipeline in workplace.pipelines where pipeline.inbox == nil {
            let (failed, inbox) = (workplace.path("failed", of: pipeline), workplace.path("inbox", of: pipeline))
            var hasMoved = false
            for drop in drops where drop.pipeline == pipeline.name {
                guard let name = drop.names.first(where: { view.failures["\(pipeline.name)/\($0)"] != nil }),
                    let reason = view.failures["\(pipeline.name)/\(name)"], reasons.contains(reason),
                    happens(onceIn: 2), move(name, from: failed, to: inbox)
                else { continue }
                if pipeline.hasParameters { _ = move("\(name).yaml", from: failed, to: inbox) }
                revised[drop.stem, default: 0] += 1
                hasMoved = true
            }
            if hasMoved, isFlushing { try Dropper.flushFolders([inbox, failed]) }
        }
    }
}
