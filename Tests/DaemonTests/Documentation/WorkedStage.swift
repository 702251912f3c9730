import FoundationEssentials
import Glibc
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

/// A daemon with the pipelines of a section, and what was dropped into it so far.
struct WorkedStage {
    let daemon: EngineHarness
    let section: WorkedSection
    let pipelines: [Pipeline]
    /// What was dropped, by its path.
    private(set) var given: [String: [UInt8]] = [:]
    private var matched: Set<Int> = []
    private var ended = 0

    init(_ daemon: EngineHarness, _ section: WorkedSection, _ pipelines: [Pipeline]) {
        self.daemon = daemon
        self.section = section
        self.pipelines = pipelines
    }

    /// Starts the daemon, with the folders that are not in the spool.
    func start() async throws {
        for pipeline in pipelines {
            for role in FolderRole.allCases {
                guard let elsewhere = pipeline.folders[role] else { continue }
                try FileManager.default.createDirectory(
                    atPath: daemon.root + elsewhere,
                    withIntermediateDirectories: true
                )
            }
        }
        try await daemon.start()
        daemon.clock.run(times: 20)
    }

    /// Does what a block says, and compares what comes of it.
    mutating func run(_ step: WorkedStep) async throws {
        try drop(step.dropped)
        let failures = step.afterwards.count { $0.path.hasSuffix(".error.json") }
        ended += step.runs.count + failures
        if ended > 0 { try await daemon.told(.tidied, times: ended) }
        let record = await daemon.simulator.record
        for run in step.runs { try match(run, record, at: step) }
        #expect(record.acceptedSubmissions.count == matched.count, "\(section.title): further tasks were run")
        let parameters = step.afterwards.count { !$0.path.hasPrefix("inbox/") && $0.path.hasSuffix("/_params.yaml") }
        if parameters > 0 {
            // What is left of a batch follows its files once nothing has come for a while.
            daemon.clock.run(times: 300)
            try await daemon.told(.parametersMoved, times: parameters)
        }
        for entry in step.afterwards { if let sentence = entry.quoted { try await explain(entry.path, sentence) } }
        #expect(files == step.afterwards.map(\.path).filter { !$0.hasSuffix("/") }.sorted(), "\(section.title)")
        try compareContents(record)
    }

    // MARK: Dropping

    /// Where a path of the page lies here.
    private func place(_ path: String) -> String {
        path.hasPrefix("/") ? daemon.root + path : "\(daemon.root)/spool/\(path)"
    }

    private mutating func drop(_ entries: [WorkedStep.Entry]) throws {
        var moves: [(from: String, to: String)] = []
        let staging = "\(daemon.root)/drop/\(UUID().uuidString)"
        for entry in entries {
            let content = try content(of: entry)
            given[entry.path] = content
            let inbox = try inbox(of: entry.path)
            let name = String(entry.path.dropFirst(inbox.count + 1))
            let file = "\(staging)/\(name)"
            let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try #require(FileManager.default.createFile(atPath: file, contents: Data(content)))
            let first = String(name.split(separator: "/")[0])
            // Into a folder that is there already a file goes by itself.
            let isThere = FileManager.default.fileExists(atPath: place("\(inbox)/\(first)"))
            let moved = isThere ? name : first
            let move = (from: "\(staging)/\(moved)", to: place("\(inbox)/\(moved)"))
            if !moves.contains(where: { $0 == move }) { moves.append(move) }
        }
        for move in moves { try EngineHarness.move(move.from, to: move.to) }
    }

    /// The inbox, as the page writes it, into which a path leads.
    private func inbox(of path: String) throws -> String {
        let inboxes = pipelines.map { $0.folders.inbox ?? "inbox/\($0.name)" }
        return try #require(inboxes.first { path.hasPrefix($0 + "/") }, "\(path) is in no pipeline's inbox")
    }

    private func content(of entry: WorkedStep.Entry) throws -> [UInt8] {
        if let text = entry.quoted { return Array(text.utf8) }
        if let text = section.parameters[entry.path] { return Array(text.utf8) }
        let size = (entry.megabytes ?? 0) * 1_000_000
        return try #require(WorkedMedia.content(entry.path, bytes: size), "\(entry.path) has no content")
    }

    // MARK: What is where

    private var files: [String] {
        pipelines.flatMap { pipeline in
            FolderRole.allCases.flatMap { role in
                let folder = pipeline.folders[role] ?? "\(role.rawValue)/\(pipeline.name)"
                return EngineHarness.visibleFiles(in: place(folder)).filter { $0 != "_STATUS.txt" }
                    .map { "\(folder)/\($0)" }
            }
        }.sorted()
    }

    /// Waits until `why` gives the reason that the page gives.
    private func explain(_ path: String, _ sentence: String) async throws {
        let (engine, place) = (
            try daemon.engine, Array(place(path.hasSuffix("/") ? String(path.dropLast()) : path).utf8)
        )
        let found = await patiently { () -> String? in
            while !Task.isCancelled {
                let reason = try? await engine.why([place]).standing.reason
                if let reason, reason.contains(sentence) { return reason }
                await Task.yield()
            }
            return nil
        }
        if found == nil {
            let reason = try await engine.why([place]).standing.reason
            Issue.record("\(section.title): why \(path) says '\(reason)', the page says '\(sentence)'")
        }
    }

    /// Results are what their manifests say, and originals what was dropped.
    private func compareContents(_ record: SimulatorRecord) throws {
        for path in files where path.hasSuffix(".result.json") {
            let manifest = try JSONDecoder().decode(Manifest.self, from: Data(try bytes(path)))
            let folder = try #require(path.lastIndex(of: "/").map { path[..<$0] })
            for output in manifest.outputs {
                #expect(EngineHarness.sha256(try bytes("\(folder)/\(output.file)")) == output.sha256)
            }
            #expect(record.tasks.contains { $0.id == manifest.taskID })
        }
        for pipeline in pipelines {
            let inbox = pipeline.folders.inbox ?? "inbox/\(pipeline.name)"
            for role in [FolderRole.done, .failed] {
                let folder = pipeline.folders[role] ?? "\(role.rawValue)/\(pipeline.name)"
                for path in files where path.hasPrefix(folder + "/") && !path.contains(".error.") {
                    #expect(try bytes(path) == given[inbox + path.dropFirst(folder.count)], "\(path)")
                }
            }
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: place(path)), "there is no \(path)"))
    }

    // MARK: What RunningHub got

    private mutating func match(_ run: WorkedStep.Run, _ record: SimulatorRecord, at step: WorkedStep) throws {
        let request = WorkedRequest(record: record, given: given, publicURL: daemon.publicURL)
        let submissions = record.acceptedSubmissions
        let index = submissions.indices.first { !matched.contains($0) && request.fits(run, submissions[$0]) }
        guard let index else {
            let bodies = submissions.map { "\($0.path) \($0.target) \($0.body)" }.joined(separator: "\n")
            Issue.record("\(WorkedPage.path):\(step.line): no task is \(run); there are\n\(bodies)")
            return
        }
        matched.insert(index)
    }
}

extension Pipeline.Folders {
    fileprivate subscript(role: FolderRole) -> String? {
        switch role {
        case .inbox: inbox
        case .outbox: outbox
        case .done: done
        case .failed: failed
        case .work: nil
        }
    }
}
