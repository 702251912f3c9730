import Jobs
import NIOPosix
import RunningHub
import RunningHubSimulator
import Testing

/// The real client and the real simulator, with a loopback connection between them.
struct Bench: Sendable {
    let cloud: Cloud
    let simulator: Simulator

    /// A client of the same simulator with another key.
    func cloud(key: String) -> Cloud {
        Cloud(site: cloud.site, key: Secret(key), transport: transport)
    }

    fileprivate let transport: Transport
}

/// Runs both for as long as `body` does; tasks take no time unless told otherwise.
func withBench(
    _ change: (inout SimulatorSettings) -> Void = { _ in },
    _ body: (Bench) async throws -> Void
) async throws {
    var settings = SimulatorSettings()
    settings.tasks.taskTime = 0
    change(&settings)
    try await withSimulator(settings) { simulator in
        let transport = Transport(group: MultiThreadedEventLoopGroup.singleton)
        let cloud = Cloud(
            site: try Site(simulator.baseURL),
            key: Secret(KeySettings.defaultKey),
            transport: transport
        )
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(Bench(cloud: cloud, simulator: simulator, transport: transport)))
        } catch {
            result = .failure(error)
        }
        try await transport.shutdown()
        try result.get()
    }
}

extension Bench {
    /// Starts a task, which must be taken.
    func start(_ way: SubmissionWay, webhook: String? = nil) async throws -> String {
        var submission = way.submission
        submission.webhookURL = webhook.map { Secret($0) }
        return try #require(await cloud.submit(submission).created?.taskID)
    }

    /// Starts a task and waits until the simulator has ended it.
    func finish(_ way: SubmissionWay, webhook: String? = nil) async throws -> String {
        let task = try await start(way, webhook: webhook)
        await ended(task)
        return task
    }

    /// Waits until the simulator has ended a task.
    func ended(_ task: String) async {
        await simulator.firstEvent { if case .taskFinished(task, _) = $0 { true } else { false } }
    }
}

/// The error that a question ended with; `nil` where it was answered.
func refusal<Success>(
    _ question: @autoclosure () async throws(CloudError) -> Success
) async -> CloudError? {
    do throws(CloudError) {
        _ = try await question()
        return nil
    } catch {
        return error
    }
}

extension SubmissionOutcome {
    var created: CreatedTask? {
        if case .created(let task) = self { task } else { nil }
    }

    var refusal: Refusal? {
        if case .refused(let refusal) = self { refusal } else { nil }
    }

    var unknown: CloudError? {
        if case .unknown(let error) = self { error } else { nil }
    }
}
