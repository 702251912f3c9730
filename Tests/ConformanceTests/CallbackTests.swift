import HTTPTypes
import Jobs
import RunningHub
import RunningHubSimulator
import Testing

/// API.md §3.1 (the documented payload), §3.2 (payloads A to F and their hybrid), §3.3 (delivery).
@Suite("Callbacks, in every shape and order", .serialized, .timeLimit(.minutes(1)))
struct CallbackTests {
    /// How a task ends.
    enum End: String, CaseIterable, Sendable {
        case success, failed, cancelled
    }

    @Test("Every shape names the task, as text or as a number", arguments: CallbackShape.allCases, End.allCases)
    func shape(shape: CallbackShape, end: End) async throws {
        for bare in [false, true] {
            try await withBench({ settings in
                settings.callbacks.shapes = [shape]
                settings.callbacks.bareTaskNumbers = bare
                settings.callbacks.onCancel = true
                switch end {
                case .success: break
                case .failed:
                    settings.faults.tasks.failures = [TaskFailureFault(.outOfMemory, .always)]
                case .cancelled: settings.faults.tasks.cancelled = .always
                }
            }) { bench in
                try await withReceiver { receiver, address in
                    let task = try await bench.start(.app, webhook: address)
                    let callback = await receiver.next()
                    let read = CallbackBody.decode(callback.body)
                    #expect(read.taskID == task)
                    #expect(read.event == (shape == .e ? nil : "TASK_END"))
                    // The address is kept as it was given, its query too.
                    #expect(address.hasSuffix(callback.path))
                }
            }
        }
    }

    @Test("Every way to submit makes a callback", arguments: SubmissionWay.all)
    func ways(way: SubmissionWay) async throws {
        try await withBench { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(way, webhook: address)
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
            }
        }
    }

    @Test("A callback that was not answered with 2xx comes again, three times", arguments: [500, 404, 302])
    func repeated(status: Int) async throws {
        try await withBench({ $0.callbacks.retryInterval = 0 }) { bench in
            try await withReceiver(answering: Array(repeating: .init(code: status), count: 3)) { receiver, address in
                let task = try await bench.start(.app, webhook: address)
                for _ in 0..<4 { #expect(CallbackBody.decode(await receiver.next().body).taskID == task) }
            }
        }
    }

    @Test("A duplicate is like the first")
    func duplicate() async throws {
        try await withBench({
            $0.faults.callbacks.duplicated = .always
            $0.faults.callbacks.duplicates = 2
        }) { bench in
            try await withReceiver { receiver, address in
                _ = try await bench.start(.app, webhook: address)
                let first = CallbackBody.decode(await receiver.next().body)
                for _ in 0..<2 { #expect(CallbackBody.decode(await receiver.next().body) == first) }
            }
        }
    }

    @Test("A callback may come before the submission is answered, and names the task that the answer names")
    func early() async throws {
        try await withBench({ $0.faults.callbacks.early = .always }) { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(.app, webhook: address)
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
            }
        }
    }

    @Test("A callback that never comes leaves the outcome to the query", arguments: SubmissionWay.all)
    func dropped(way: SubmissionWay) async throws {
        try await withBench({ $0.faults.callbacks.dropped = .always }) { bench in
            let task = try await bench.finish(way, webhook: "http://127.0.0.1:9/callback")
            let report = try await bench.cloud.outcome(of: task, startedBy: way.submission.family)
            #expect(report.status == .succeeded)
        }
    }

    @Test("A callback may come late, after the query has told the outcome", arguments: SubmissionWay.all)
    func late(way: SubmissionWay) async throws {
        try await withBench({
            $0.faults.callbacks.late = .always
            $0.faults.callbacks.lateTime = 0.05
        }) { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.finish(way, webhook: address)
                let report = try await bench.cloud.outcome(of: task, startedBy: way.submission.family)
                #expect(report.status == .succeeded)
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
            }
        }
    }

    @Test("Callbacks may overtake each other, and each names its own task")
    func reordered() async throws {
        try await withBench({ $0.faults.callbacks.reordered = .next(1) }) { bench in
            try await withReceiver { receiver, address in
                let first = try await bench.finish(.app, webhook: address)
                let second = try await bench.finish(.create, webhook: address)
                let named = [await receiver.next(), await receiver.next()].map { CallbackBody.decode($0.body).taskID }
                #expect(named == [second, first])
            }
        }
    }

    @Test("A callback may say success while the query still says failed")
    func falseFailure() async throws {
        try await withBench({ $0.faults.tasks.transientFailed = .always }) { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(.app, webhook: address)
                #expect(CallbackBody.decode(await receiver.next().body).taskID == task)
                #expect(try await bench.cloud.query(task).status == .failed)
                #expect(try await bench.cloud.query(task).status == .succeeded)
            }
        }
    }

    static let strangers:
        [(String, @Sendable (inout CallbackFaults) -> Void, @Sendable (CallbackBody, String) -> Bool)] =
            [
                ("another event", { $0.otherEvent = .always }, { $0.event == "TASK_START" && $0.taskID == $1 }),
                ("another task", { $0.unknownTask = .always }, { $0.taskID != nil && $0.taskID != $1 }),
                ("not JSON", { $0.malformed = .always }, { body, _ in body == .empty }),
                ("too long", { $0.oversized = .always }, { body, _ in body == .empty }),
                ("forged", { $0.forged = .always }, { $0.taskID == $1 }),
            ]

    @Test("A body that no honest cloud sends says no more than it should", arguments: 0..<5)
    func stranger(index: Int) async throws {
        let (_, fault, says) = Self.strangers[index]
        try await withBench({ fault(&$0.faults.callbacks) }) { bench in
            try await withReceiver { receiver, address in
                let task = try await bench.start(.app, webhook: address)
                // The stranger and the genuine one may overtake each other.
                let bodies = [await receiver.next(), await receiver.next()].map { CallbackBody.decode($0.body) }
                #expect(bodies.contains { says($0, task) })
                #expect(bodies.contains { $0.taskID == task && $0.event == "TASK_END" })
            }
        }
    }
}
