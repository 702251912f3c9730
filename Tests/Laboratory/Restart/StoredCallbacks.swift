import ArgumentParser
import Jobs
import Ledger

/// `laboratory stored-callbacks`: how many callbacks a ledger has, of jobs whose tasks run.
struct StoredCallbacks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Counts the callbacks that a ledger has of running tasks; its daemon must be stopped."
    )

    @Argument(help: "The ledger's file.")
    var ledger: String

    func run() async throws {
        let ledger = try Ledger(path: ledger, owner: "laboratory")
        var count = 0
        var last: JobID?
        while case let page = try await ledger.page(.running, after: last, limit: 200), !page.isEmpty {
            for record in page { count += record.attempts.reduce(0) { $0 + $1.callbacks } }
            last = page.last?.job.id
        }
        try await ledger.close()
        say("\(count)")
    }
}
