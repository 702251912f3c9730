import Glibc
import Jobs
import Spool
import Testing

@Suite("Originals that are moved back into the inbox", .timeLimit(.minutes(1)))
struct OriginalsReturnTests {
    /// A failed original with its notes, and with parameters beside it.
    private func fixture(elsewhere: Bool = false) throws -> (OriginalsFixture, Original) {
        let fixture = try OriginalsFixture("trip/cat.png", elsewhere: elsewhere)
        _ = try fixture.originals().moveToFailed(try fixture.original(), notes: fixture.notes)
        try fixture.root("failed").write("prompt: x", to: "failed/trip/cat.png.yaml")
        _ = try fixture.temporary.folder("inbox")
        return (fixture, try fixture.original(in: "failed"))
    }

    private func moveBack(
        _ original: Original,
        _ fixture: OriginalsFixture,
        _ calls: any SystemCalls = LinuxCalls()
    ) throws -> RelativePath {
        try original.moveBack(
            from: Folder(path: fixture.root("failed").path + "/failed", calls: calls),
            to: Folder(path: fixture.temporary.path + "/inbox", calls: calls),
            as: original.place
        )
    }

    private func inbox(_ fixture: OriginalsFixture) throws -> [String] {
        (try? fixture.temporary.names(in: "inbox/trip")) ?? []
    }

    @Test("It lies under its own path in the inbox, its parameters with it; its notes stay where they are")
    func moved() throws {
        let (fixture, original) = try fixture()
        #expect(try moveBack(original, fixture) == original.place)
        #expect(try inbox(fixture) == ["cat.png", "cat.png.yaml"])
        #expect(fixture.temporary.read("inbox/trip/cat.png") == "the original")
        #expect(try fixture.files("failed").keys.sorted() == ["trip/cat.png.error.json", "trip/cat.png.error.txt"])
    }

    @Test("Nothing in the inbox is replaced, compared without case", arguments: ["CAT.png", "cat.png.yaml"])
    func taken(name: String) throws {
        let (fixture, original) = try fixture()
        _ = try fixture.temporary.folder("inbox/trip")
        try fixture.temporary.write("a stranger's", to: "inbox/trip/\(name)")
        #expect(try moveBack(original, fixture).name.description == "cat (2).png")
        #expect(try inbox(fixture) == [name, "cat (2).png", "cat (2).png.yaml"].sorted())
        #expect(fixture.temporary.read("inbox/trip/\(name)") == "a stranger's")
    }

    @Test("What was put in its place is left alone, and another file system is named")
    func refused() throws {
        let (fixture, original) = try fixture()
        try fixture.temporary.write("new", to: "failed/trip/new")
        #expect(
            rename(fixture.temporary.path + "/failed/trip/new", fixture.temporary.path + "/failed/trip/cat.png") == 0
        )
        #expect(throws: SystemError.self) { try moveBack(original, fixture) }
        #expect(fixture.temporary.read("failed/trip/cat.png") == "new")
        let (other, elsewhere) = try self.fixture(elsewhere: true)
        let error = #expect(throws: SystemError.self) { try moveBack(elsewhere, other) }
        #expect(error?.code == EXDEV)
        #expect(try other.files("failed").count == 4)
    }

    @Test("Cut off at any call it is in one place, whole, and a repeat ends it", arguments: [false, true])
    func cutOff(withoutNoReplace: Bool) throws {
        var failures = 0
        for index in 0... {
            let (fixture, original) = try fixture()
            let calls = FailingCalls()
            calls.fail { call in
                if call.index >= index { return EIO }
                return withoutNoReplace && call.kind == .rename && call.flags != 0 ? EINVAL : nil
            }
            let isDone = (try? moveBack(original, fixture, calls)) != nil
            let places = [
                fixture.temporary.read("failed/trip/cat.png"), fixture.temporary.read("inbox/trip/cat.png"),
            ].compactMap(\.self)
            // A link that is not yet unlinked is the same file twice.
            #expect(places.count == 1 || (withoutNoReplace && places.count == 2))
            #expect(places.allSatisfy { $0 == "the original" })
            if fixture.temporary.read("inbox/trip/cat.png") != nil {
                #expect(fixture.temporary.read("inbox/trip/cat.png.yaml") == "prompt: x", "at call \(index)")
            } else {
                _ = try moveBack(original, fixture)
            }
            if isDone { break }
            failures += 1
        }
        #expect(failures > 8)
    }
}
