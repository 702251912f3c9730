import Glibc
import Jobs
import Spool
import Testing

@Suite("Publishing", .timeLimit(.minutes(1)))
struct OutboxPublishTests {
    static let layouts: [Pipeline.Layout] = [.flat, .folder]
    static let paths: [[String]] = [[], ["2026", "November"]]

    @Test("Results appear under their names, once", arguments: layouts, paths)
    func publish(layout: Pipeline.Layout, path: [String]) throws {
        let fixture = try OutboxFixture(layout: layout, path: path)
        let plan = try fixture.stagedPlan()
        #expect(fixture.visible(plan).isEmpty)
        #expect(try fixture.outbox().publish(plan) == .published)
        #expect(fixture.visible(plan) == fixture.expected(plan))
        #expect(try fixture.outbox().publish(plan) == .published)
        #expect(fixture.visible(plan) == fixture.expected(plan))
        try Staging.remove(fixture.job, in: try fixture.outbox().folder)
        #expect(try fixture.outbox().publish(plan) == .stagingMissing)
    }

    @Test("The manifest follows when the results are on disk", arguments: layouts)
    func order(layout: Pipeline.Layout) throws {
        let fixture = try OutboxFixture(layout: layout)
        let plan = try fixture.stagedPlan()
        let calls = FailingCalls()
        var steps: [Outbox.Step] = []
        _ = try fixture.outbox(calls).publish(plan) { steps.append($0) }
        let outputs: [Outbox.Step] = [.published(0), .published(1), .published(2)]
        let expected =
            outputs + (layout == .flat ? [.outputsFlushed, .published(3)] : [.published(3), .outputsFlushed])
        #expect(steps == expected + [.flushed])
        let log = calls.log.filter { $0.kind == .rename || $0.kind == .synchronize }.map {
            "\($0.kind.rawValue) \($0.text)"
        }
        let last = try #require(log.lastIndex(of: layout == .flat ? "rename manifest-0" : "rename whole"))
        #expect(log[last - 1].hasPrefix("synchronize") && log[last + 1].hasPrefix("synchronize"))
    }

    @Test(
        "Cut off at any call and repeated, all results are there once, and the manifest never before them",
        .bug("https://github.com/HaveAGitGat/Tdarr/issues/1207", "done twice"),
        arguments: layouts,
        paths
    )
    func crash(layout: Pipeline.Layout, path: [String]) throws {
        try crashEverywhere(layout: layout, path: path) { index in { $0.index >= index ? EIO : nil } }
    }

    @Test("Any single call may fail", arguments: layouts, paths)
    func fault(layout: Pipeline.Layout, path: [String]) throws {
        try crashEverywhere(layout: layout, path: path) { index in { $0.index == index ? ENOSPC : nil } }
    }

    @Test("The same where the file system cannot rename without replacing")
    func links() throws {
        try crashEverywhere(layout: .flat, path: []) { index in
            { call in
                if call.index >= index { return EIO }
                return call.kind == .rename ? EINVAL : nil
            }
        }
    }

    /// Publishes with a failure at each call in turn, then without.
    func crashEverywhere(
        layout: Pipeline.Layout,
        path: [String],
        rule: (Int) -> @Sendable (FailingCalls.Call) -> CInt?
    ) throws {
        var failures = 0
        for index in 0... {
            let fixture = try OutboxFixture(layout: layout, path: path)
            try fixture.temporary.write("a stranger's", to: "Dog.png")
            let plan = try fixture.stagedPlan()
            let calls = FailingCalls()
            let outbox = try fixture.outbox(calls)
            let start = calls.log.count
            calls.fail(rule(start + index))
            let result = try? outbox.publish(plan)
            let seen = fixture.visible(plan)
            if let manifest = plan.items.last?.final.description, seen[manifest] != nil {
                #expect(seen.filter { $0.key != "Dog.png" } == fixture.expected(plan))
            }
            #expect(try fixture.outbox().publish(plan) == .published)
            var expected = fixture.expected(plan)
            if plan.folder == nil, path.isEmpty { expected["Dog.png"] = "a stranger's" }
            #expect(fixture.visible(plan) == expected)
            guard result != .published || calls.log.count > start + index else { break }
            failures += result == nil ? 1 : 0
        }
        #expect(failures > 10)
    }

    @Test("What a person took away after a crash is not made again", arguments: layouts)
    func takenAway(layout: Pipeline.Layout) throws {
        for index in 0... {
            let fixture = try OutboxFixture(layout: layout)
            let plan = try fixture.stagedPlan()
            let calls = FailingCalls()
            let outbox = try fixture.outbox(calls)
            let start = calls.log.count
            calls.fail { $0.index >= start + index ? EIO : nil }
            let result = try? outbox.publish(plan)
            let seen = fixture.visible(plan)
            let folder = "\(fixture.temporary.path)/\(fixture.folder(plan))"
            for name in seen.keys { #expect(unlink("\(folder)/\(name)") == 0) }
            if let name = plan.folder { rmdir("\(fixture.temporary.path)/\(name)") }
            #expect(try fixture.outbox().publish(plan) == .published)
            #expect(fixture.visible(plan) == fixture.expected(plan).filter { seen[$0.key] == nil })
            if result != nil { break }
        }
    }

    @Test(
        "A name taken before anything is out gives the whole job another number",
        arguments: ["cat.png", "cat-3.png", "cat.result.json"]
    )
    func takenBefore(stranger: String) throws {
        let fixture = try OutboxFixture()
        let plan = try fixture.stagedPlan()
        try fixture.temporary.write("a stranger's", to: stranger)
        #expect(try fixture.outbox().publish(plan) == .nameTaken(published: []))
        #expect(fixture.visible(plan) == [stranger: "a stranger's"])
        let next = try fixture.movedPlan(plan, keeping: [])
        #expect(next.outputs.map(\.description) == ["cat (2).png", "cat (2)-2.png", "cat (2)-3.png"])
        #expect(try fixture.outbox().publish(next) == .published)
        var expected = fixture.expected(next)
        expected[stranger] = "a stranger's"
        #expect(fixture.visible(next) == expected)
    }

    @Test(
        "A name taken while publishing leaves what is out, gives the rest other names, and the manifest tells the truth",
        arguments: 1...3
    )
    func takenMeanwhile(index: Int) throws {
        let fixture = try OutboxFixture()
        let plan = try fixture.stagedPlan()
        let stranger = plan.items[index].final.description
        var result = Outbox.Publication.published
        result = try fixture.outbox().publish(plan) { step in
            if step == .published(index - 1) { try? fixture.temporary.write("a stranger's", to: stranger) }
        }
        #expect(result == .nameTaken(published: Set(0..<index)))
        let next = try fixture.movedPlan(plan, keeping: Set(0..<index))
        #expect(next.outputs.prefix(index).elementsEqual(plan.outputs.prefix(index)))
        // Cut off between the writing of the new manifest and the commit of the new plan, the old plan still cannot publish it.
        #expect(try fixture.outbox().publish(plan) == .nameTaken(published: Set(0..<index)))
        #expect(try fixture.outbox().publish(next) == .published)
        var expected = fixture.expected(next)
        expected[stranger] = "a stranger's"
        #expect(fixture.visible(next) == expected)
    }

    @Test("A folder whose name is taken gets another number, whole")
    func folderTaken() throws {
        let fixture = try OutboxFixture(layout: .folder)
        let plan = try fixture.stagedPlan()
        _ = try fixture.temporary.folder("cat")
        #expect(try fixture.outbox().publish(plan) == .nameTaken(published: []))
        let next = try fixture.movedPlan(plan, keeping: [])
        #expect(next.folder?.description == "cat (2)")
        #expect(try fixture.outbox().publish(next) == .published)
        #expect(fixture.visible(next) == fixture.expected(next))
        #expect(try fixture.temporary.names(in: "cat") == [])
    }

    @Test("Free names are those that nobody has, in any case, among more than one page of others")
    func freeNames() throws {
        let fixture = try OutboxFixture()
        for index in 0..<3000 { try fixture.temporary.write("", to: "some other file of a full outbox \(index).png") }
        for number in 2...40 { try fixture.temporary.write("", to: "CAT (\(number))-2.PNG") }
        #expect(try fixture.outbox().freeNames(for: fixture.names, at: []).number == 1)
        try fixture.temporary.write("", to: "Cat.Result.JSON")
        #expect(try fixture.outbox().freeNames(for: fixture.names, at: []).number == 41)
        #expect(try fixture.outbox().freeNames(for: fixture.names, at: [try name("none")]).number == 1)
    }

    @Test("A file in the way of a batch's folder is an error that nothing is lost by")
    func fileInTheWay() throws {
        let fixture = try OutboxFixture(path: ["sub"])
        let plan = try fixture.stagedPlan()
        try fixture.temporary.write("a stranger's", to: "sub")
        #expect(throws: SystemError.self) { try fixture.outbox().publish(plan) }
        #expect(unlink(fixture.temporary.path + "/sub") == 0)
        #expect(try fixture.outbox().publish(plan) == .published)
        #expect(fixture.visible(plan) == fixture.expected(plan))
    }

    @Test(
        "Names of 255 bytes, of newlines and options are published as they are",
        arguments: [
            String(repeating: "x", count: 300), String(repeating: "猫", count: 100), "-rf", "a\nb", "a\\b*?\"", " ",
        ]
    )
    func hostileStem(stem: String) throws {
        let fixture = try OutboxFixture(stem: stem)
        let plan = try fixture.stagedPlan()
        #expect(try fixture.outbox().publish(plan) == .published)
        #expect(fixture.visible(plan) == fixture.expected(plan))
    }
}
