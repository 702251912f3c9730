import Dispatch
import Synchronization

/// Runs something asynchronous to its end; libFuzzer's call is a plain one.
func blocking<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) -> Value {
    let result = Result<Value>()
    let done = DispatchSemaphore(value: 0)
    Task {
        result.store(await body())
        done.signal()
    }
    done.wait()
    return result.load()
}

private final class Result<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func store(_ new: Value) {
        value.withLock { $0 = new }
    }

    func load() -> Value {
        value.withLock { value in
            guard let value else { fatalError("It has ended.") }
            return value
        }
    }
}
