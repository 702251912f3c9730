import Synchronization
import Testing

@testable import Daemon

/// What an administrator writes into the files while a test's daemon runs.
final class ChangingSettings: Sendable {
    private let change = Mutex<@Sendable (inout Configuration) -> Void>({ _ in })

    /// From now on the files say this, over what the harness says.
    func set(_ change: @escaping @Sendable (inout Configuration) -> Void) {
        self.change.withLock { $0 = change }
    }

    func apply(to configuration: inout Configuration) {
        change.withLock(\.self)(&configuration)
    }
}

extension EngineHarness {
    /// What reloads the daemon that runs, from what its files say by then.
    func makeReload() throws -> Reload {
        Reload(of: try daemonStart, try engine) { [self] in
            ConfigurationReading(configuration: configuration, problems: [], documents: [])
        }
    }

    /// The sentence with which a reload is refused.
    func refusal(of reload: Reload) async throws -> String {
        do {
            _ = try await reload.run(askedBy: "a test")
        } catch let refusal as ControlRefusal {
            return refusal.message
        }
        throw Failure(text: "it was not refused")
    }
}
