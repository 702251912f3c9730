import Jobs
import Spool
import Testing

@testable import Daemon

@Suite("Finding a place of the spool", .timeLimit(.minutes(1)))
struct SpoolMapTests {
    private let map: SpoolMap

    init() {
        var map = SpoolMap()
        map.add(Array("/spool/inbox/oil".utf8), "oil", .inbox)
        map.add(Array("/spool/inbox/oil/deep".utf8), "ink", .inbox)
        map.add(Array("/srv/out/".utf8), "oil", .outbox)
        self.map = map
    }

    private func place(_ path: String) -> String? {
        map.place(of: Array(path.utf8)).map { "\($0.pipeline) \($0.role.rawValue) \($0.path?.description ?? "-")" }
    }

    @Test(
        "A path belongs to the innermost folder that it lies in.",
        arguments: [
            ("/spool/inbox/oil/cat.png", "oil inbox cat.png"), ("/spool/inbox/oil", "oil inbox -"),
            ("//spool/./inbox/oil//a/b.png", "oil inbox a/b.png"), ("/spool/inbox/oil/deep/x", "ink inbox x"),
            ("/srv/out/cat.png", "oil outbox cat.png"),
        ]
    )
    func inside(path: String, expected: String) {
        #expect(place(path) == expected)
    }

    @Test(
        "What only looks as if it lay in a folder, goes up, or is no path from the root, belongs to none.",
        arguments: ["/spool/inbox/oilcan/x", "/spool/inbox/oil/../x", "spool/inbox/oil/x", "", "/", "/spool/inbox"]
    )
    func outside(path: String) {
        #expect(place(path) == nil)
    }

    @Test("A name that is no text keeps its bytes.")
    func bytes() throws {
        let path = Array("/srv/out/".utf8) + [0xFF, 0xFE]
        #expect(try #require(map.place(of: path)?.path).name.bytes == [0xFF, 0xFE])
    }
}
