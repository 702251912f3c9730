/// The faults that can be tried.
struct DiskFaults: Sendable {
    /// The library by which calls fail.
    let library: String

    /// Everything: each call with each error, whole and in part, and what is done to real file systems and to the process.
    func all() throws -> [any DiskFault] {
        try calls(on: .spool, FaultyCall.allCases, every: 1) + calls(on: .spool, FaultyCall.allCases, every: 2)
            + calls(on: .state, FaultyCall.ofState, every: 1) + calls(on: .state, FaultyCall.ofState, every: 2) + real
            + [DescriptorsFault(spare: 8)]
    }

    /// Each call with one error, and all that is real.
    ///
    /// - Parameter turn: which error each call begins with.
    /// - Throws: where no fault can be made ready.
    /// - Returns: the faults.
    func some(turn: Int) throws -> [any DiskFault] {
        let errors = FaultyError.allCases
        let turned = { (calls: [FaultyCall], area: DiskArea) throws in
            try calls.enumerated().map { index, call in
                let error = errors[(index + turn) % errors.count]
                return try CallFault(call, error, on: area, every: 1, library: library) as any DiskFault
            }
        }
        return try turned(FaultyCall.allCases, .spool) + turned(FaultyCall.ofState, .state) + real
    }

    private func calls(on area: DiskArea, _ calls: [FaultyCall], every: UInt32) throws -> [any DiskFault] {
        try calls.flatMap { call in
            try FaultyError.allCases.map { try CallFault(call, $0, on: area, every: every, library: library) }
        }
    }

    private var real: [any DiskFault] {
        let roles = ["", "inbox", "work", "outbox", "done"]
        return [FullDisk.outbox, FullDisk.done, FullDisk.state]
            + roles.map { MountFault(role: $0, kind: .away) }
            + roles.map { MountFault(role: $0, kind: .readOnly) }
            + ["inbox", "work", "outbox", "done", nil].map { ForbiddenFolder(role: $0) }
    }
}
