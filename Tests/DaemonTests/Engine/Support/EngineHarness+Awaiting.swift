import Jobs
import Ledger
import RunningHubSimulator
import Testing

@testable import Daemon

extension EngineHarness {
    /// Waits for a line of the journal, past ones included unless they lie before `mark`.
    @discardableResult
    func told(
        _ message: Message,
        about file: String? = nil,
        from mark: Int = 0,
        at location: SourceLocation = #_sourceLocation
    ) async throws -> JournalRecord.Entry {
        let entry = await journal.first(from: mark) { $0.message == message && (file == nil || $0.file == file) }
        return try #require(
            entry,
            "\(message) was not told\(file.map { " about \($0)" } ?? ""); \(story)",
            sourceLocation: location
        )
    }

    /// Waits for as many lines of the journal.
    func told(
        _ message: Message,
        times count: Int,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let entries = await journal.first(count, from: 0) { $0.message == message }
        try #require(
            entries.count >= count,
            "\(message) was told \(entries.count) times; \(story)",
            sourceLocation: location
        )
    }

    /// Waits until the cloud's record is as asked for.
    @discardableResult
    func cloud(
        at location: SourceLocation = #_sourceLocation,
        _ holds: @escaping @Sendable (SimulatorRecord) -> Bool
    ) async throws -> SimulatorRecord {
        let record = await patiently { [simulator] in Optional(await simulator.waitUntil(holds)) }
        return try #require(record, "the cloud did not come to that; \(story)", sourceLocation: location)
    }

    /// Waits for something that happens in the cloud, past events included.
    @discardableResult
    func event(
        at location: SourceLocation = #_sourceLocation,
        _ fits: @escaping @Sendable (SimulatorEvent) -> Bool
    ) async throws -> SimulatorEvent {
        let event = await patiently { [simulator] in await simulator.firstEvent(where: fits) }
        return try #require(event, "that did not happen in the cloud; \(story)", sourceLocation: location)
    }

    /// Waits until a whole job has gone through after everything that came before: whatever was due had its turn.
    func probe(_ pipeline: String = "oil") async throws {
        let name = "probe-\(journal.mark).png"
        try drop(name, into: pipeline)
        try await told(.tidied, about: name)
    }

    /// Drops the first file of a test, ends its task in a cloud that leaves that to the test, and waits until its original is put away.
    ///
    /// The clock runs then.
    func dropToItsEnd(_ name: String) async throws {
        try drop(name)
        let task = try #require(try await told(.submitted).fields["task"])
        await simulator.finish(task)
        clock.run(times: 50)
        try await told(.tidied)
    }

    /// The job of a file, as the ledger has it.
    func record(of file: String) async throws -> JobRecord {
        let entry = try await told(.taken, about: file)
        let id = try #require(entry.job)
        return try #require(try await engine.ledger.job(id))
    }

    /// Submissions that the cloud was asked for, taken or not.
    var submissions: [SimulatorRecord.Submission] {
        get async { await simulator.record.submissions }
    }

    /// Submissions that made a task of this content.
    func tasks(of content: [UInt8]) async -> [SimulatorRecord.Submission] {
        let record = await simulator.record
        let names = Set(record.uploads.filter { $0.bytes == content.count }.compactMap(\.name))
        return record.acceptedSubmissions.filter { !names.isDisjoint(with: $0.uploads) }
    }

    /// The journal, to be shown where a test fails.
    var story: String { "the journal:\n" + journal.entries.suffix(60).map(\.description).joined(separator: "\n") }
}
