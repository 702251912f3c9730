import FoundationEssentials
import Jobs
import Logging
import Synchronization

@testable import Daemon

extension EngineHarness {
    /// Everything the daemon told, to be awaited.
    final class JournalRecord: Sendable {
        /// A line of the journal.
        struct Entry: Sendable, CustomStringConvertible {
            let message: Message
            let text: String
            let fields: [String: String]
            /// The daemon's time.
            let at: Timestamp

            var description: String { "\(message): \(text)" }
            var file: String { fields["file"] ?? "" }
            var job: JobID? { fields["job"].flatMap(JobID.init) }
        }

        private struct State {
            var entries: [Entry] = []
            var listeners: [AsyncStream<Entry>.Continuation] = []
        }

        private let state = Mutex(State())
        private let clock: Clock

        init(clock: Clock) {
            self.clock = clock
        }

        /// A journal that writes here.
        var journal: Journal {
            Journal(Logger(label: "test") { _ in Handler(record: self) })
        }

        /// All lines so far.
        var entries: [Entry] { state.withLock(\.entries) }

        /// How many lines there are: a place to look from later.
        var mark: Int { state.withLock(\.entries.count) }

        /// The lines with this message.
        func all(_ message: Message, about file: String? = nil) -> [Entry] {
            entries.filter { $0.message == message && (file == nil || $0.file == file) }
        }

        /// The first line that fits, from a place on, past ones included; nothing where none came in time.
        func first(from mark: Int, _ fits: @Sendable @escaping (Entry) -> Bool) async -> Entry? {
            await first(1, from: mark, fits).first
        }

        /// The first lines that fit, as many as there came in time.
        func first(_ count: Int, from mark: Int, _ fits: @Sendable @escaping (Entry) -> Bool) async -> [Entry] {
            let stream = subscribe(from: mark)
            let found = Mutex<[Entry]>([])
            _ = await patiently { () -> Bool? in
                for await entry in stream where fits(entry) {
                    found.withLock { $0.append(entry) }
                    if found.withLock(\.count) >= count { break }
                }
                return true
            }
            return found.withLock { $0 }
        }

        private func subscribe(from mark: Int) -> AsyncStream<Entry> {
            state.withLock { state in
                let (stream, continuation) = AsyncStream.makeStream(of: Entry.self)
                for entry in state.entries.dropFirst(mark) { continuation.yield(entry) }
                state.listeners.append(continuation)
                return stream
            }
        }

        fileprivate func add(_ event: LogEvent) {
            var fields: [String: String] = [:]
            for (name, value) in event.metadata ?? [:] { fields[name] = "\(value)" }
            guard let id = fields["message.id"], let message = Self.messages[id] else { return }
            let entry = Entry(message: message, text: "\(event.message)", fields: fields, at: clock.now())
            state.withLock { state in
                state.entries.append(entry)
                state.listeners.removeAll { if case .terminated = $0.yield(entry) { true } else { false } }
            }
        }

        private static let messages = Dictionary(uniqueKeysWithValues: Message.allCases.map { ($0.id, $0) })
    }

    private struct Handler: LogHandler {
        let record: JournalRecord
        var metadata: Logger.Metadata = [:]
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.MetadataValue? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            record.add(event)
        }
    }
}

/// How long a test is patient with something that should happen soon.
///
/// Nothing waits for it to pass but a test that fails.
///
/// Instrumented code is several times as slow: `TEST_PATIENCE` gives other seconds, below a test's limit.
private let patience = Duration.seconds(ProcessInfo.processInfo.environment["TEST_PATIENCE"].flatMap(Int.init) ?? 25)

/// Gives what comes within the time that a test is patient; nothing where it does not.
func patiently<Value: Sendable>(_ body: @escaping @Sendable () async -> Value?) async -> Value? {
    await withTaskGroup(of: Value?.self) { group in
        group.addTask { await body() }
        group.addTask {
            try? await Task.sleep(for: patience)
            return nil
        }
        defer { group.cancelAll() }
        return await group.next() ?? nil
    }
}
