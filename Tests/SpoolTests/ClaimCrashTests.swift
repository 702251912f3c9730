import Glibc
import Jobs
import Testing

@testable import Spool

/// Every call of a claim fails once, before it is made or as if the process had died behind it; then the claim is repeated.
@Suite(.timeLimit(.minutes(1)))
struct ClaimCrashTests {
    @Test(
        "After any single failure and a repetition the file is in work, once and whole, and nothing else is left",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/432", "EBUSY loses the file"),
        .bug("https://github.com/jonaswinkler/paperless-ng/issues/1406", "EBUSY loses the file"),
        arguments: ClaimFixture.Ground.allCases,
        [EIO, ENOSPC, EMFILE, EBUSY]
    )
    func fails(ground: ClaimFixture.Ground, code: CInt) throws {
        let calls = try run(ground) { _ in nil }
        #expect(calls > 5)
        for index in 0..<calls {
            _ = try run(ground) { $0.index == index ? code : nil }
        }
    }

    @Test(
        "After a crash between any two calls the file is in work, once and whole",
        .bug("https://github.com/paperless-ngx/paperless-ngx/issues/4357", "done twice"),
        arguments: ClaimFixture.Ground.allCases
    )
    func crashes(ground: ClaimFixture.Ground) throws {
        let calls = try run(ground) { _ in nil }
        for index in 0..<calls {
            // A process that has died makes no further call, not even to tidy up.
            _ = try run(ground) { $0.index >= index ? EIO : nil }
        }
    }

    @Test(
        "What a network file system says for a moment of a file that is there is not its absence",
        arguments: ClaimFixture.Ground.allCases
    )
    func stale(ground: ClaimFixture.Ground) throws {
        let calls = try run(ground) { _ in nil }
        for index in 0..<calls {
            let fixture = try ClaimFixture(ground)
            let claim = try fixture.drop()
            let start = fixture.calls.log.count
            fixture.calls.fail { $0.index == start + index ? ESTALE : ground.fails($0) }
            #expect((try? fixture.claims.takeIn(claim)) != .gone, "call \(index)")
        }
    }

    /// Takes a file in with a fault, looks that it is not lost, and repeats without the fault.
    ///
    /// Gives the number of calls.
    private func run(
        _ ground: ClaimFixture.Ground,
        _ fault: @escaping @Sendable (FailingCalls.Call) -> CInt?
    ) throws -> Int {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.drop()
        let start = fixture.calls.log.count
        fixture.calls.fail { call in
            var call = call
            call.index -= start
            return fault(call) ?? ground.fails(call)
        }
        _ = try? fixture.claims.takeIn(claim)
        _ = fixture.claims.synchronize([claim])
        let calls = fixture.calls.log.count - start
        #expect(try fixture.contents().values.contains("content"))
        fixture.calls.fail { ground.fails($0) }
        let comment = Comment(rawValue: "\(ground), \(try fixture.contents())")
        var place = claim.place
        if ground == .apartWithoutLinks, try fixture.claims.takeIn(claim) == .nameTaken {
            // Without links a finished copy is not known from another's file: the copy is made again beside it.
            place = try path("cat (2).png")
        }
        let second = Claim(job: claim.job, source: claim.source, settled: claim.settled, place: place)
        guard case .taken = try fixture.claims.takeIn(second) else {
            Issue.record("not taken: \(comment)")
            return calls
        }
        #expect(fixture.claims.synchronize([second]).isEmpty, comment)
        var expected = ["work/\(place)": "content"]
        if place != claim.place { expected["work/cat.png"] = "content" }
        #expect(try fixture.contents() == expected, comment)
        return calls
    }
}

/// The same with a job folder.
@Suite("Claims of job folders, cut off anywhere", .timeLimit(.minutes(1)))
struct FolderClaimCrashTests {
    @Test(
        "After any single failure and a repetition the folder is in work, once and whole, and nothing else is left",
        arguments: ClaimFixture.Ground.allCases,
        [EIO, ENOSPC]
    )
    func fails(ground: ClaimFixture.Ground, code: CInt) throws {
        let calls = try run(ground) { _ in nil }
        #expect(calls > 5)
        for index in 0..<calls {
            _ = try run(ground) { $0.index == index ? code : nil }
        }
    }

    @Test(
        "After a crash between any two calls the folder is in work, once and whole",
        arguments: ClaimFixture.Ground.allCases
    )
    func crashes(ground: ClaimFixture.Ground) throws {
        let calls = try run(ground) { _ in nil }
        for index in 0..<calls {
            _ = try run(ground) { $0.index >= index ? EIO : nil }
        }
    }

    /// Takes a folder in with a fault, looks that nothing of it is lost, and repeats without the fault; gives the number of calls.
    private func run(
        _ ground: ClaimFixture.Ground,
        _ fault: @escaping @Sendable (FailingCalls.Call) -> CInt?
    ) throws -> Int {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropFolder()
        let start = fixture.calls.log.count
        fixture.calls.fail { call in
            var call = call
            call.index -= start
            return fault(call) ?? ground.fails(call)
        }
        _ = try? fixture.claims.takeIn(claim)
        _ = fixture.claims.synchronize([claim])
        let calls = fixture.calls.log.count - start
        let between = try fixture.tree()
        for (name, text) in ClaimFixture.folder {
            let file = name.split(separator: "/").last ?? ""
            #expect(between.contains { $0.key.hasSuffix("/\(file)") && $0.value == text }, "\(ground), \(between)")
        }
        // What people see is whole, and once.
        let seen = between.filter { !$0.key.contains("/.r") && !$0.key.contains("/.runninghubd") }
        #expect(seen.isEmpty || seen.count == 6, "\(ground), \(between)")
        fixture.calls.fail { ground.fails($0) }
        guard case .taken(let identity, let inputs) = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken: \(ground), \(between)")
            return calls
        }
        #expect(fixture.claims.synchronize([claim]).isEmpty)
        #expect(try fixture.tree() == ClaimFixture.folder(in: "work/set"))
        #expect(try fixture.other.names(in: "inbox").isEmpty)
        #expect(try fixture.root.names(in: "work") == ["set"])
        #expect(try fixture.claims.takeIn(claim) == .taken(identity, inputs: inputs))
        return calls
    }
}

/// The same with a file and its parameters.
@Suite("Claims of files with parameters, cut off anywhere", .timeLimit(.minutes(1)))
struct SidecarClaimCrashTests {
    @Test(
        "After any failure and a repetition the file is in work with its parameters beside it, and nothing else is left",
        arguments: [ClaimFixture.Ground.plain, .withoutExclusiveRename, .withoutLinks, .apart],
        [true, false]
    )
    func fails(ground: ClaimFixture.Ground, isCrash: Bool) throws {
        let calls = try run(ground) { _ in nil }
        for index in 0..<calls {
            _ = try run(ground) { $0.index == index || isCrash && $0.index > index ? EIO : nil }
        }
    }

    private func run(
        _ ground: ClaimFixture.Ground,
        _ fault: @escaping @Sendable (FailingCalls.Call) -> CInt?
    ) throws -> Int {
        let fixture = try ClaimFixture(ground)
        let claim = try fixture.dropWithParameters()
        let start = fixture.calls.log.count
        fixture.calls.fail { call in
            var call = call
            call.index -= start
            return fault(call) ?? ground.fails(call)
        }
        _ = try? fixture.claims.takeIn(claim)
        let calls = fixture.calls.log.count - start
        let between = try fixture.contents().values
        #expect(between.contains("content") && between.contains("params: {}"))
        fixture.calls.fail { ground.fails($0) }
        guard case .taken = try fixture.claims.takeIn(claim) else {
            Issue.record("not taken: \(ground), \(try fixture.contents())")
            return calls
        }
        #expect(fixture.claims.synchronize([claim]).isEmpty)
        #expect(try fixture.contents() == ["work/cat.png": "content", "work/cat.png.yaml": "params: {}"])
        return calls
    }
}
