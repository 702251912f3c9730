import Jobs
import Ledger
import Spool
import Synchronization

/// Keeps the spool's marker ahead of every copy of the ledger that does not know of what was submitted since.
///
/// A copy that is put back is known to be one by the marker's generation. Counting that up at each start would not be enough: a copy that was
/// made since the last start would pass for the ledger itself. So it counts up before submissions as well, at most so often: only a copy
/// made in the last seconds before a submission can go unnoticed.
actor SpoolMark {
    /// How often it counts up, at most.
    static let pace = Duration.seconds(5)

    /// What the marker is known to bear, and what it may bear since a write whose end is not known.
    private var generations: ClosedRange<Int64>
    private var markedAt: Timestamp?
    private var running: Task<Void, any Error>?
    private let current = Mutex<Phrase?>(nil)

    init(generation: Int64) {
        generations = generation...generation
    }

    /// What keeps the marker from being written, so that nothing is submitted.
    nonisolated var trouble: Phrase? { current.withLock { $0 } }

    /// Sees to it that a copy of the ledger made longer ago than `pace` is behind the marker.
    ///
    /// `begin` begins a generation in the ledger, and `write` puts it into the marker where that bears one of those known. Throws where the
    /// marker may not be ahead: then nothing may be submitted.
    func advance(
        at now: Timestamp,
        begin: @escaping @Sendable () async throws -> Int64,
        write: @escaping @Sendable (Int64, ClosedRange<Int64>) async throws -> Void
    ) async throws {
        if let markedAt, now < markedAt + Self.pace { return }
        if let running { return try await running.value }
        // The one unstructured task: several submissions wait for the same marker, and none of them may cut it off.
        let task = Task { try await self.renew(at: now, begin, write) }
        running = task
        defer { running = nil }
        try await task.value
    }

    private func renew(
        at now: Timestamp,
        _ begin: @Sendable () async throws -> Int64,
        _ write: @Sendable (Int64, ClosedRange<Int64>) async throws -> Void
    ) async throws {
        let next = try await begin()
        let known = generations
        generations = known.lowerBound...max(known.upperBound, next)
        do {
            try await write(next, known)
        } catch {
            current.withLock { $0 = (error as? SpoolTaken)?.phrase ?? .unmarked(error) }
            throw error
        }
        generations = next...next
        markedAt = now
        current.withLock { $0 = nil }
    }
}

/// The spool bears the marker of somebody else, or none: another daemon is at work in it, or it is not the one it was.
struct SpoolTaken: Error, CustomStringConvertible {
    let found: Marker.Finding
    let path: String

    var description: String { phrase.english }

    var phrase: Phrase {
        if case .marker = found {
            return Phrase(
                "Nothing is submitted: another daemon uses \(path), or did meanwhile. Stop the other, then: systemctl restart runninghubd",
                zh: "不会提交任何任务：另一个服务正在或曾经使用 \(path)。请停止另一个，然后运行：systemctl restart runninghubd",
                ru:
                    "Ничего не отправляется: \(path) использует или использовала другая служба. Остановите её, затем: systemctl restart runninghubd"
            )
        }
        return Phrase(
            "Nothing is submitted: \(path) is not the spool it was, its marker is missing. If it lies on a disk, mount it. If it is the right folder all the same, make an empty \(Marker.name) in it and restart; everything is held then until you release it.",
            zh:
                "不会提交任何任务：\(path) 不是原来的目录，其中没有标记文件。如果它在某个磁盘上，请挂载磁盘。如果确实是正确的目录，请在其中新建空文件 \(Marker.name) 并重启服务；之后一切任务会暂停，直到您放行。",
            ru:
                "Ничего не отправляется: \(path) — не та папка, что была, в ней нет метки. Если она на отдельном диске, подключите его. Если это всё же нужная папка, создайте в ней пустой файл \(Marker.name) и перезапустите службу; всё будет приостановлено, пока вы этого не отмените."
        )
    }
}

extension Phrase {
    fileprivate static func unmarked(_ error: any Error) -> Phrase {
        Phrase(
            "Nothing is submitted, since the spool's marker cannot be renewed: \(error). It goes on by itself.",
            zh: "无法更新目录的标记文件，因此不会提交任何任务：\(error)。恢复后自动继续。",
            ru: "Ничего не отправляется, так как метку папок нельзя обновить: \(error). Дальше всё продолжится само."
        )
    }
}

extension Engine {
    /// Whether the spool's marker is ahead of every older copy of the ledger, so that a submission may be intended.
    func marksSpool() async -> Bool {
        let now = time.now()
        let (id, path) = (settings.publicID, settings.spool)
        do {
            try await mark.advance(at: now) {
                try await self.ledger.beginGeneration()
            } write: { next, known in
                try await self.blocking {
                    let folder = try Folder(path: path)
                    let found = try Marker.find(in: folder)
                    guard case .marker(let marker) = found, marker.ledger == id, known.contains(marker.generation)
                    else {
                        throw SpoolTaken(found: found, path: path)
                    }
                    try Marker(ledger: id, generation: next).write(in: folder)
                }
            }
            return true
        } catch {
            let sentence = mark.trouble?.english ?? "Nothing is submitted: \(error)"
            journal.tell(ongoing: .spoolTrouble, about: "marker", at: now, "\(sentence)")
            return false
        }
    }
}
