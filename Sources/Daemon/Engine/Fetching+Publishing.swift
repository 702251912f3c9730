import FoundationEssentials
import Jobs
import Ledger
import Spool

// What is staged appears in the outbox under the names of the plan.
extension Engine {
    func publish(_ record: JobRecord, in outbox: Outbox) async throws -> Bool {
        guard let plan = try record.publishPlan() else { return false }
        let id = record.job.id
        switch try await blocking({ try outbox.publish(plan) }) {
        case .nameTaken(let published):
            return try await planAnew(record, plan, keeping: published, in: outbox)
        case .stagingMissing where try await !blocking({ try isOut(plan, in: outbox) }):
            let now = time.now()
            try await change(id) { $0.stagingLost(at: now) }
            return true
        case .published, .stagingMissing:
            let now = time.now()
            let detail = plan.outputs.map(\.description).joined(separator: ", ")
            await changeSurely(id) { $0.published(detail: detail, at: now) }
            return true
        }
    }

    /// Somebody took a name of the plan: the job gets others, and its manifest tells them.
    private func planAnew(
        _ record: JobRecord,
        _ plan: PublishPlan,
        keeping published: Set<Int>,
        in outbox: Outbox
    ) async throws -> Bool {
        guard let attempt = record.successful else { return false }
        let id = record.job.id
        let settings = attempt.settings.outbox
        let date = String(time.wall().internetTime.prefix(10))
        let next = try await blocking { () -> PublishPlan in
            guard let staging = try Staging.existing(for: id, in: outbox.folder) else { return plan }
            var manifest = try staged(plan, in: staging)
            let source = OutputNames.Source(
                stem: record.job.stem,
                pipeline: record.job.pipeline,
                date: date,
                job: id
            )
            let outputs = zip(plan.outputs, manifest.outputs).map { name, output in
                OutputNames.Output(
                    fileExtension: String(decoding: name.fileExtension, as: UTF8.self),
                    node: output.nodeID
                )
            }
            let names = OutputNames(settings, source: source, outputs: outputs)
            let free = try outbox.freeNames(for: names, at: plan.path, after: plan, keeping: published)
            let next = plan.moved(to: free, keeping: published)
            for (index, name) in next.outputs.enumerated() where manifest.outputs.indices.contains(index) {
                manifest.outputs[index].file = name.description
                manifest.outputs[index].fileBase64 = base64(of: RelativePath(name: name))
            }
            _ = try staging.writeManifest(try manifest.encoded(), revision: next.revision)
            try staging.synchronize()
            return next
        }
        let bytes = Array(try JSONEncoder().encode(next))
        let change = try await change(id) { $0.replanned(bytes, at: self.time.now()) }
        guard let record = change?.record, next != plan else { return false }
        return try await publish(record, in: outbox)
    }
}

/// Whether all that a plan names is out: its manifest, which goes last, lies in its place.
private func isOut(_ plan: PublishPlan, in outbox: Outbox) throws -> Bool {
    guard let path = plan.visiblePaths.last,
        let entry = try outbox.folder.entry(at: path), entry.kind == .file
    else { return false }
    let folder = try outbox.folder.folder(at: path.folders)
    guard let bytes = try folder.contents(of: path.name, limit: 4 << 20) else { return false }
    try folder.synchronize()
    return (try? JSONDecoder().decode(Manifest.self, from: Data(bytes)))?.job == plan.job.text
}

/// The manifest that a plan would publish.
private func staged(_ plan: PublishPlan, in staging: Staging) throws -> Manifest {
    guard let name = plan.items.last?.staged,
        let bytes = try staging.folder.contents(of: name, limit: 4 << 20)
    else { throw SystemError(call: "openat", code: 2, subject: plan.items.last?.staged.bytes) }
    return try JSONDecoder().decode(Manifest.self, from: Data(bytes))
}

extension JobRecord {
    /// The publish plan, once it is made.
    func publishPlan() throws -> PublishPlan? {
        try plan.map { try JSONDecoder().decode(PublishPlan.self, from: Data($0)) }
    }
}
