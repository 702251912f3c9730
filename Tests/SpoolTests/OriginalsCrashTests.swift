import Glibc
import Jobs
import Spool
import Testing

@Suite("Originals, cut off anywhere", .timeLimit(.minutes(1)))
struct OriginalsCrashTests {
    enum Duty: String, CaseIterable, Sendable {
        case done, failed, delete, restore
    }

    enum Fault: String, CaseIterable, Sendable {
        /// The process is dead from this call on.
        case crash
        /// This call alone fails.
        case single
        /// As `crash`, where the file system cannot rename without replacing.
        case links

        func rule(_ index: Int) -> @Sendable (FailingCalls.Call) -> CInt? {
            switch self {
            case .crash: { $0.index >= index ? EIO : nil }
            case .single: { $0.index == index ? ENOSPC : nil }
            case .links:
                { call in
                    if call.index >= index { return EIO }
                    // Those to names of the job's own are plain renames.
                    return call.kind == .rename && call.flags != 0 ? EINVAL : nil
                }
            }
        }
    }

    @Test(
        "At every call: the original is in one place, whole, with its notes, and repeating ends it",
        arguments: Duty.allCases,
        Fault.allCases
    )
    func same(duty: Duty, fault: Fault) throws {
        try everywhere(duty, fault, elsewhere: false)
    }

    @Test(
        "The same from one file system to another",
        arguments: [Duty.done, .failed, .restore],
        [Fault.crash, .single]
    )
    func elsewhere(duty: Duty, fault: Fault) throws {
        try everywhere(duty, fault, elsewhere: true)
    }

    func everywhere(_ duty: Duty, _ fault: Fault, elsewhere: Bool) throws {
        var failures = 0
        for index in 0... {
            let fixture = try OriginalsFixture("holiday/cat.png", elsewhere: elsewhere)
            if duty == .restore {
                _ = try fixture.originals().moveToFailed(try fixture.original(), notes: fixture.notes)
            }
            let target = target(duty)
            _ = try fixture.root(target).folder("\(target)/holiday")
            try fixture.root(target).write("a stranger's", to: "\(target)/holiday/CAT.png")
            let original = try fixture.original(in: duty == .restore ? "failed" : "work")
            let calls = FailingCalls()
            let originals = try fixture.originals(calls)
            let start = calls.log.count
            calls.fail(fault.rule(start + index))
            let isDone = (try? run(duty, originals, original, fixture)) != nil
            try checkBetween(duty, fixture, isDone: isDone)
            try run(duty, try fixture.originals(), original, fixture)
            try checkEnd(duty, fixture)
            guard !isDone || calls.log.count > start + index else { break }
            failures += isDone ? 0 : 1
        }
        #expect(failures > 3)
    }

    func target(_ duty: Duty) -> String {
        switch duty {
        case .done, .delete: "done"
        case .failed: "failed"
        case .restore: "work"
        }
    }

    func run(_ duty: Duty, _ originals: Originals, _ original: Original, _ fixture: OriginalsFixture) throws {
        switch duty {
        case .done: try #require(try originals.moveToDone(original) != .absent)
        case .failed: try #require(try originals.moveToFailed(original, notes: fixture.notes) != .absent)
        case .delete: _ = try originals.delete(original)
        case .restore: try #require(try originals.restoreToWork(original) != .absent)
        }
    }

    /// Nobody sees half a file, or the stranger's exchanged, and the original is somewhere.
    func checkBetween(_ duty: Duty, _ fixture: OriginalsFixture, isDone: Bool) throws {
        var seen: [String] = []
        var hidden = 0
        for folder in ["work", "done", "failed"] {
            for (name, content) in try fixture.files(folder) where !name.contains(".error.") {
                guard !name.contains("/.") else {
                    hidden += content == "the original" ? 1 : 0
                    continue
                }
                #expect(content == (name == "holiday/CAT.png" ? "a stranger's" : "the original"))
                if name != "holiday/CAT.png" { seen.append("\(folder)/\(name)") }
            }
        }
        #expect(duty == .delete || !seen.isEmpty || hidden > 0)
    }

    func checkEnd(_ duty: Duty, _ fixture: OriginalsFixture) throws {
        let target = target(duty)
        var expected = ["holiday/CAT.png": "a stranger's"]
        if duty != .delete { expected["holiday/cat (2).png"] = "the original" }
        if duty == .failed {
            expected["holiday/cat (2).png.error.txt"] = "It failed.\n"
            expected["holiday/cat (2).png.error.json"] = "{\"job\":\"0123456789ab\"}"
        }
        #expect(try fixture.files(target) == expected)
        for folder in ["work", "done", "failed"] where folder != target {
            #expect(try fixture.files(folder) == [:])
        }
    }
}
