/// Something that goes wrong with the daemon's file systems for a while.
protocol DiskFault: Sendable {
    /// What it is, for the table.
    var name: String { get }
    /// More of the daemon's environment.
    func environment(in workplace: Workplace) -> [String: String?]
    /// A program that runs the daemon, with its arguments.
    var wrapper: [String] { get }
    /// Before the daemon starts for the first time.
    func prepare(_ workplace: Workplace) throws
    /// Before the fault begins, once the daemon has made its folders.
    func settleIn(_ workplace: Workplace, _ daemon: ChildProcess) async throws
    func begin(_ workplace: Workplace, _ daemon: ChildProcess) async throws
    func end(_ workplace: Workplace, _ daemon: ChildProcess) async throws
    /// Takes away what `prepare` and `settleIn` brought.
    func cleanUp(_ workplace: Workplace)
    /// How many calls have failed, where that is counted.
    var failedCalls: Int? { get }
}

extension DiskFault {
    var wrapper: [String] { [] }
    var failedCalls: Int? { nil }
    func environment(in workplace: Workplace) -> [String: String?] { [:] }
    func prepare(_ workplace: Workplace) throws {}
    func settleIn(_ workplace: Workplace, _ daemon: ChildProcess) async throws {}
    func cleanUp(_ workplace: Workplace) {}
}

/// The daemon's folders that a fault is about.
enum DiskArea: String, Sendable, CaseIterable {
    case spool, state

    /// The absolute paths of its folders.
    func folders(of workplace: Workplace) -> [String] {
        switch self {
        case .spool: [workplace.spool] + workplace.pipelines.compactMap(\.inbox)
        case .state: [workplace.state]
        }
    }
}
