import Glibc
import Jobs
import Testing

@testable import Spool

@Suite("Names that a folder is remembered to have")
struct NameMemoryTests {
    private let identity = FileIdentity(device: 1, inode: 2, size: 0, modified: 0, changed: 7)
    private let start = ContinuousClock.now

    private func folded(_ text: String) throws -> FoldedName {
        FoldedName(try name(text))
    }

    private func filter(_ names: [String]) throws -> NameFilter {
        var filter = NameFilter()
        for name in names { filter.insert(try folded(name)) }
        return filter
    }

    @Test("A folder with many names is read through once, however many are given in it", arguments: [300, 200])
    func once(others: Int) throws {
        let calls = FailingCalls()
        let temporary = try TemporaryFolder()
        for index in 0..<others { try temporary.write("", to: "other \(index).png") }
        let folder = try temporary.open(calls: calls)
        for index in 0..<50 {
            #expect(try folder.firstFreeNumber { [try? name("cat \(index) \($0).png")].compactMap(\.self) } == 1)
            try temporary.write("", to: "cat \(index) 1.png")
        }
        // The folder's own, and that of its one listing. With fewer names there is one for each, and nothing can be missed.
        #expect(others < NameMemory.least ? calls.count(.open) > 50 : calls.count(.open) == 2)
    }

    @Test("Names that were given are known at once, also in another case, and below a folder that was opened anew")
    func given() throws {
        let temporary = try TemporaryFolder()
        _ = try temporary.folder("set")
        for index in 0..<300 { try temporary.write("", to: "set/other \(index).png") }
        let folder = try temporary.open()
        for expected in 1...20 {
            let set = try folder.folder(try name("set"))
            let spelling = expected.isMultiple(of: 2) ? "CAT" : "cat"
            let number = try set.firstFreeNumber { [try? name("\(spelling) (\($0)).png")].compactMap(\.self) }
            #expect(number == expected)
            try temporary.write("", to: "set/\(spelling) (\(number)).png")
        }
    }

    @Test("A name that somebody else gave is never given again, and one that went is free", arguments: [0, 300])
    func others(others: Int) throws {
        let temporary = try TemporaryFolder()
        for index in 0..<others { try temporary.write("", to: "other \(index).png") }
        let folder = try temporary.open()
        let names: (Int) -> [FileName] = { [try? name("cat (\($0)).png")].compactMap(\.self) }
        #expect(try folder.firstFreeNumber(names: names) == 1)
        for number in 1...30 { try temporary.write("", to: "cat (\(number)).png") }
        #expect(try folder.firstFreeNumber(names: names) == 31)
        for number in 3...30 { #expect(remove("\(temporary.path)/cat (\(number)).png") == 0) }
        #expect(try folder.firstFreeNumber(names: names) == 3)
    }

    @Test("A reading is good for ten seconds, or a hundred times what it took, and never for more than a minute")
    func lifetime() throws {
        let memory = NameMemory()
        let cat = [try folded("cat.png")]
        #expect(memory.mayHave(cat, in: identity, at: start) == nil)
        memory.has(try filter(["dog.png"]), in: identity, readFrom: start, to: start + .milliseconds(10))
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(9)) == false)
        #expect(memory.mayHave([try folded("DOG.png")], in: identity, at: start + .seconds(9)) == true)
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(11)) == nil)
        memory.has(try filter([]), in: identity, readFrom: start, to: start + .milliseconds(300))
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(29)) == false)
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(31)) == nil)
        memory.has(try filter([]), in: identity, readFrom: start, to: start + .seconds(20))
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(59)) == false)
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(61)) == nil)
        memory.has(nil, in: identity, readFrom: start, to: start)
        #expect(memory.mayHave(cat, in: identity, at: start) == nil, "it is small")
    }

    @Test("A name that was given is remembered for a minute, however often the folder is read before it appears")
    func promised() throws {
        let memory = NameMemory()
        let cat = [try folded("cat.png")]
        memory.gives(cat, in: identity, at: start)
        for second in stride(from: 1, through: 60, by: 1) {
            let now = start + .seconds(second)
            memory.has(try filter([]), in: identity, readFrom: now, to: now)
            #expect(memory.mayHave(cat, in: identity, at: now) == true)
        }
        for second in stride(from: 61, through: 200, by: 1) {
            let now = start + .seconds(second)
            memory.has(try filter([]), in: identity, readFrom: now, to: now)
        }
        #expect(memory.mayHave(cat, in: identity, at: start + .seconds(200)) == false)
    }

    @Test("No more than 32 folders are remembered: those that were asked of last")
    func bounded() throws {
        let memory = NameMemory()
        func folder(_ inode: UInt64) -> FileIdentity {
            FileIdentity(device: 1, inode: inode, size: 0, modified: 0, changed: 0)
        }
        for inode in 0..<40 {
            let now = start + .seconds(inode)
            memory.has(try filter([]), in: folder(UInt64(inode)), readFrom: now, to: now + .seconds(1))
            _ = memory.mayHave([], in: folder(0), at: now)
        }
        let known = (0..<40).filter { memory.mayHave([], in: folder(UInt64($0)), at: start + .seconds(40)) != nil }
        #expect(known == [0] + Array(9..<40))
    }

    @Test("Each name that was inserted is found, and of others one in a hundred at the most", arguments: [100, 50_000])
    func filter(count: Int) throws {
        let filter = try filter((0..<count).map { "cat \($0).png" })
        #expect(try (0..<count).allSatisfy { filter.mayContain(try folded("Cat \($0).PNG")) })
        let others = try (0..<10_000).count { filter.mayContain(try folded("dog \($0).png")) }
        #expect(others < 100)
    }
}
