import Glibc
import Jobs
import Spool
import Testing

/// A job with staged results in an outbox of its own.
struct OutboxFixture {
    static let contents = ["first", "second, longer", "third"]

    let temporary: TemporaryFolder
    let job: JobID
    var layout = Pipeline.Layout.flat
    var path: [FileName] = []
    var stem = "cat"

    init(layout: Pipeline.Layout = .flat, path: [String] = [], stem: String = "cat") throws {
        temporary = try TemporaryFolder()
        job = try #require(JobID("0123456789ab"))
        self.layout = layout
        self.path = try path.map(name)
        self.stem = stem
    }

    /// The outbox, touched by these calls.
    func outbox(_ calls: any SystemCalls = LinuxCalls()) throws -> Outbox {
        Outbox(try temporary.open(calls: calls))
    }

    var names: OutputNames {
        var settings = Pipeline.OutboxSettings()
        settings.layout = layout
        let source = OutputNames.Source(stem: Array(stem.utf8), pipeline: "oil", date: "2026-11-21", job: job)
        return OutputNames(settings, source: source, outputs: Self.contents.map { _ in .init(fileExtension: "png") })
    }

    /// What a manifest tells, as far as these tests need it.
    func manifest(_ outputs: [FileName]) -> [UInt8] {
        Array(outputs.map(\.description).joined(separator: "\n").utf8)
    }

    /// Stages all results and the manifest, and gives the plan to commit.
    func stagedPlan() throws -> PublishPlan {
        let outbox = try outbox()
        let staging = try Staging.make(for: job, in: outbox.folder)
        var outputs: [StagedOutput] = []
        for (index, content) in Self.contents.enumerated() {
            let file = try staging.file(index, limit: 1000)
            try Array(content.utf8).withUnsafeBytes { try file.write($0) }
            outputs.append(try file.finish())
        }
        let free = try outbox.freeNames(for: names, at: path)
        let manifest = try staging.writeManifest(manifest(free.names.outputs), revision: 0)
        try staging.synchronize()
        return PublishPlan(job: job, path: path, names: free, staged: outputs.map(\.stagedName), manifest: manifest)
    }

    /// The next plan after a clash, with its manifest staged.
    func movedPlan(_ plan: PublishPlan, keeping published: Set<Int>) throws -> PublishPlan {
        let outbox = try outbox()
        let free = try outbox.freeNames(for: names, at: path, after: plan, keeping: published)
        let next = plan.moved(to: free, keeping: published)
        let staging = try #require(try Staging.existing(for: job, in: outbox.folder))
        #expect(try staging.writeManifest(manifest(next.outputs), revision: next.revision) == next.items.last?.staged)
        try staging.synchronize()
        return next
    }

    /// The folder below the temporary one where the results are to be seen.
    func folder(_ plan: PublishPlan) -> String {
        ([".", path.map(\.description).joined(separator: "/")] + (plan.folder.map { [$0.description] } ?? []))
            .filter { !$0.isEmpty }.joined(separator: "/")
    }

    /// What people see in the results' folder.
    func visible(_ plan: PublishPlan) -> [String: String] {
        let folder = folder(plan)
        guard let names = try? temporary.names(in: folder) else { return [:] }
        let files = names.filter { !$0.hasPrefix(".") }.map { ($0, temporary.read("\(folder)/\($0)") ?? "") }
        return Dictionary(uniqueKeysWithValues: files)
    }

    /// What people shall see in the end.
    func expected(_ plan: PublishPlan) -> [String: String] {
        var files = [String: String](uniqueKeysWithValues: zip(plan.outputs.map(\.description), Self.contents))
        files[plan.items.last?.final.description ?? ""] = String(decoding: manifest(plan.outputs), as: UTF8.self)
        return files
    }
}
