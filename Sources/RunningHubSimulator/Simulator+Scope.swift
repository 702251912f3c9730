/// Runs a simulator on a free loopback port for as long as `body` does.
package func withSimulator<Result: Sendable>(
    _ settings: SimulatorSettings = SimulatorSettings(),
    address: ListenAddress = .loopback,
    _ body: (Simulator) async throws -> Result
) async throws -> Result {
    let simulator = Simulator(settings: settings, address: address)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            // Ending it by cancellation is how this scope ends.
            do { try await simulator.run() } catch is CancellationError {}
        }
        try await simulator.started()
        do {
            let result = try await body(simulator)
            group.cancelAll()
            try await group.waitForAll()
            return result
        } catch {
            group.cancelAll()
            throw error
        }
    }
}
