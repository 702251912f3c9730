import Synchronization
import Testing

@testable import Daemon

@Suite("Readiness")
struct ReadinessTests {
    @Test("It is told once, when the last part has arrived, however often each does.")
    func once() {
        let told = Sum()
        let readiness = Readiness(of: ["listener", "control"]) { told.count.withLock { $0 += 1 } }
        readiness.arrived("control")
        readiness.arrived("control")
        #expect(told.count.withLock { $0 } == 0)
        readiness.arrived("listener")
        readiness.arrived("listener")
        #expect(told.count.withLock { $0 } == 1)
    }

    private final class Sum: Sendable {
        let count = Mutex(0)
    }
}
