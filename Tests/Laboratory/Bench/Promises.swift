import Foundation
import RunningHubSimulator

/// What is promised of each input and each result, judged from the outside: by the folders and by what the cloud counted.
struct Promises: Sendable {
    let pipelines: [String: LaboratoryPipeline]
    private let tasks: [String: SimulatorRecord.Task]
    private let submissions: [String: [SimulatorRecord.Submission]]
    /// The jobs, as `PIPELINE/FILE`, of which the daemon says that it waits for proof of their submission.
    ///
    /// That wait takes an hour at least. It is as promised where the cloud never took the submission; where it did, its callback ends it.
    var awaitingProof: Set<String> = []
    /// What a cloud that goes wrong in many ways makes of jobs; without it few ends are correct.
    var verdicts: CloudVerdicts?
    /// How many tasks may be paid for one input: more than one only where a pipeline's `retries` say so.
    var mostPayments = 1
    /// The names of what was dropped for jobs whose ends were told to their pipelines' programs.
    var told: Set<String> = []
    /// How often jobs were tried again, by their stems, also those that people only cancelled: see `People`.
    var revised: [String: Int] = [:]

    /// The promises, in the light of what the cloud knows.
    init(_ pipelines: [LaboratoryPipeline], _ record: SimulatorRecord) {
        self.pipelines = Dictionary(uniqueKeysWithValues: pipelines.map { ($0.name, $0) })
        tasks = Dictionary(record.tasks.map { ($0.id, $0) }) { first, _ in first }
        submissions = Dictionary(grouping: record.acceptedSubmissions) { Self.stem(in: $0.body) ?? "" }
    }

    /// What every submission carries: `stem=…;`.
    static func stem(in body: String) -> String? {
        guard let start = body.range(of: "stem=") else { return nil }
        return String(body[start.upperBound...].prefix { $0 != ";" })
    }

    /// How many tasks were paid for a drop.
    func payments(of drop: Drop) -> Int { submissions[drop.stem]?.count ?? 0 }

    /// Whether more tasks were paid for a drop than may be: one for each time that people wanted it tried, and none before the one before it
    /// had come to nothing.
    func isOverpaid(_ drop: Drop) -> Bool {
        guard payments(of: drop) <= mostPayments + (revised[drop.stem] ?? 0) else { return true }
        guard revised[drop.stem] != nil, let submissions = submissions[drop.stem] else { return false }
        return zip(submissions, submissions.dropFirst()).contains { earlier, later in
            guard let task = earlier.taskID.flatMap({ tasks[$0] }), Self.isFruitless(task) else { return true }
            return task.endedAt.map { $0.duration > later.at.duration } ?? true
        }
    }

    /// The tasks that were paid for a drop, oldest first.
    private func paid(_ drop: Drop) -> [SimulatorRecord.Task] {
        submissions[drop.stem]?.compactMap { $0.taskID.flatMap { tasks[$0] } } ?? []
    }

    private static func isFruitless(_ task: SimulatorRecord.Task) -> Bool {
        task.status == .failed || task.status == .cancelled
    }

    /// What must hold at every moment, also in the instant after a crash.
    func brokenAtAnyTime(_ drops: [Drop], _ view: SpoolView) -> [String] {
        drops.filter(isOverpaid).map { "\($0.stem) was paid \(payments(of: $0)) times" }
            + view.manifests.flatMap { incomplete($0, view) }
    }

    /// What is nowhere, although its results are not there.
    func lost(_ drops: [Drop], _ view: SpoolView) -> [String] {
        let there = Set(view.files.map(\.digest))
        let delivered = Set(view.manifests.map { Self.stem(of: $0) })
        return drops.filter { drop in
            let isDeleted = pipelines[drop.pipeline]?.isDeleting == true && delivered.contains(drop.stem)
            return !isDeleted && !drop.files.values.allSatisfy(there.contains)
        }.map { "\($0.pipeline)/\($0.stem) is nowhere" }
    }

    /// What must hold when nothing is left to be done.
    func broken(_ drops: [Drop], _ view: SpoolView) -> [String] {
        let places = Dictionary(grouping: view.files.filter { $0.role != "outbox" }, by: \.digest)
        let manifests = Dictionary(grouping: view.manifests) { Self.stem(of: $0) }
        var broken = brokenAtAnyTime(drops, view) + view.strays.map { "\($0) was left behind" }
        broken += drops.compactMap { verdicts?.resubmitted($0.stem) }
        for drop in drops {
            broken += judge(drop, places, manifests[drop.stem] ?? [], view).map {
                "\(drop.pipeline)/\(drop.stem): \($0)"
            }
        }
        let named = Set(
            view.manifests.flatMap { manifest in
                manifest.document.outputs.map { "\(manifest.pipeline)/\(manifest.folder)\($0.file)" }
            }
        )
        broken += view.files.filter { $0.role == "outbox" && !named.contains("\($0.pipeline)/\($0.path)") }
            .map { "outbox/\($0.pipeline)/\($0.path) belongs to no manifest" }
        return broken
    }

    /// The stem of the job that a manifest is about.
    private static func stem(of manifest: SpoolView.Manifest) -> String {
        let name = manifest.path.split(separator: "/").last ?? ""
        return String(name.dropLast(".result.json".count)).split(separator: " ").first.map(String.init) ?? ""
    }

    /// What a manifest speaks of and is not there, whole.
    private func incomplete(_ manifest: SpoolView.Manifest, _ view: SpoolView) -> [String] {
        let there = Dictionary(
            view.files.filter { $0.role == "outbox" }.map { ("\($0.pipeline)/\($0.path)", $0.digest) }
        ) { $1 }
        return manifest.document.outputs.compactMap { output in
            let path = "\(manifest.pipeline)/\(manifest.folder)\(output.file)"
            return there[path] == output.sha256 ? nil : "outbox/\(path) is not what its manifest says"
        }
    }

    private func judge(
        _ drop: Drop,
        _ places: [String: [SpoolView.File]],
        _ manifests: [SpoolView.Manifest],
        _ view: SpoolView
    ) -> [String] {
        guard let pipeline = pipelines[drop.pipeline] else { return ["of no pipeline"] }
        let paid = paid(drop)
        let found = drop.files.values.map { places[$0] ?? [] }
        if pipeline.isDeleting, found.allSatisfy(\.isEmpty) { return judgeDelivered(paid, manifests) }
        guard found.allSatisfy({ $0.count == 1 }), Set(found.joined().map(\.role)).count == 1,
            let place = found.first?.first
        else {
            return [
                "lies in \(found.joined().map { "\($0.role)/\($0.pipeline)/\($0.path)" }.sorted()), not in one place"
            ]
        }
        let isUntold = pipeline.hasPrograms && told.isDisjoint(with: drop.files.keys)
        // Those of whom nothing was tried again were not paid for what failed without a task.
        let isUnpaid = revised[drop.stem] == nil ? paid.isEmpty : paid.allSatisfy(Self.isFruitless)
        switch place.role {
        case "done" where isUntold, "failed" where isUntold: return ["its end was told to nobody"]
        case "done": return judgeDelivered(paid, manifests)
        case "failed": return judgeFailed(drop, place, pipeline, paid, isUnpaid, manifests, view)
        case "work" where awaitingProof.contains(Self.job(place, pipeline)):
            if let verdicts { return verdicts.isUnknown(drop.stem, pipeline) ? [] : ["waits for proof that was given"] }
            return isUnpaid ? [] : ["still waits for proof of what was paid"]
        default: return ["still lies in \(place.role)/\(place.pipeline)/\(place.path)"]
        }
    }

    /// `PIPELINE/FILE` of the job that a file belongs to.
    private static func job(_ file: SpoolView.File, _ pipeline: LaboratoryPipeline) -> String {
        "\(file.pipeline)/\(pipeline.inputs.count > 1 ? String(file.path.prefix { $0 != "/" }) : file.path)"
    }

    private func judgeDelivered(_ paid: [SimulatorRecord.Task], _ manifests: [SpoolView.Manifest]) -> [String] {
        guard manifests.count == 1, let document = manifests.first?.document else {
            return ["has \(manifests.count) manifests"]
        }
        guard let task = paid.last, task.id == document.task_id, task.status == .success else {
            return ["its manifest is of task \(document.task_id ?? "none"), which is not the one that succeeded"]
        }
        let made = task.outputs.compactMap(\.sha256).sorted()
        return document.outputs.map(\.sha256).sorted() == made ? [] : ["its results are not what its task made"]
    }

    private func judgeFailed(
        _ drop: Drop,
        _ place: SpoolView.File,
        _ pipeline: LaboratoryPipeline,
        _ paid: [SimulatorRecord.Task],
        _ isUnpaid: Bool,
        _ manifests: [SpoolView.Manifest],
        _ view: SpoolView
    ) -> [String] {
        guard let failure = view.failures[Self.job(place, pipeline)] else { return ["failed without a note"] }
        if !manifests.isEmpty { return ["failed, and has a manifest"] }
        if let verdicts { return verdicts.wrong(failure, drop.stem, pipeline).map { [$0] } ?? [] }
        switch failure {
        case "task-failed": return paid.last?.status == .failed ? [] : ["failed as its task did, which did not"]
        case "cancelled" where revised[drop.stem] != nil:
            return paid.last?.status == .success ? ["is cancelled, and its task succeeded"] : []
        // The one window: no callback can prove such a submission.
        case "outcome-unknown": return pipeline.isSilent ? [] : ["failed as \(failure)"]
        case "refused": return isUnpaid ? [] : ["failed as refused, and was paid"]
        default: return ["failed as \(failure)"]
        }
    }
}
