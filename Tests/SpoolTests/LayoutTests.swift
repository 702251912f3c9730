import Glibc
import Jobs
import Spool
import Testing

@Suite("Layout of the spool", .timeLimit(.minutes(1)))
struct LayoutTests {
    let temporary: TemporaryFolder
    let spool: SpoolLayout
    let marker = Marker(ledger: "ledger-a", generation: 1)

    init() throws {
        temporary = try TemporaryFolder()
        spool = SpoolLayout(path: temporary.path + "/spool")
        _ = try spool.make()
    }

    func folders(_ elsewhere: Pipeline.Folders = Pipeline.Folders()) throws -> PipelineFolders {
        PipelineFolders(pipeline: try name("oil"), spool: spool, elsewhere: elsewhere)
    }

    func isUnusable(_ problem: PipelineFolders.Problem) -> Bool {
        if case .unusable = problem.kind { true } else { false }
    }

    @Test("The spool and a new pipeline's folders are made, marked and here")
    func new() throws {
        let folders = try folders()
        let problems = folders.prepare(marker: marker, group: nil) { _ in false }
        #expect(!problems.contains(where: isUnusable))
        #expect(folders.presence(of: "ledger-a") == .here)
        for role in FolderRole.allCases {
            #expect(try temporary.names(in: "spool/\(role.rawValue)/oil") == [".runninghubd"])
            #expect(try Marker.read(in: try #require(folders[role])) == marker)
        }
        // Once more changes nothing.
        #expect(
            folders.prepare(marker: Marker(ledger: "ledger-a", generation: 2), group: nil) { _ in true } == problems
        )
        #expect(try Marker.read(in: try #require(folders[.inbox])) == marker)
    }

    @Test(
        "A folder that was marked and is missing is away, and not made again",
        .bug("https://github.com/immich-app/immich/pull/6192", "an unmounted disk is taken for deleted files"),
        arguments: FolderRole.allCases
    )
    func missing(role: FolderRole) throws {
        let folders = try folders()
        _ = folders.prepare(marker: marker, group: nil) { _ in false }
        let path = folders.path(of: role)
        #expect(rename(path, path + "-gone") == 0)
        #expect(folders.presence(of: "ledger-a") == .away(role, .noFolder))
        #expect(folders[.inbox] == nil && folders[.outbox] == nil)
        #expect(folders.prepare(marker: marker, group: nil) { _ in true }.allSatisfy { !isUnusable($0) })
        #expect(folders.presence(of: "ledger-a") == .away(role, .noFolder))
        // The empty mount point of a disk that is not mounted.
        #expect(mkdir(path, 0o770) == 0)
        _ = folders.prepare(marker: marker, group: nil) { _ in true }
        #expect(folders.presence(of: "ledger-a") == .away(role, .noMarker))
        #expect(rmdir(path) == 0)
        #expect(rename(path + "-gone", path) == 0)
        #expect(folders.presence(of: "ledger-a") == .here)
    }

    @Test("The whole spool missing is every pipeline away")
    func spoolMissing() throws {
        let folders = try folders()
        _ = folders.prepare(marker: marker, group: nil) { _ in false }
        #expect(rename(spool.path, spool.path + "-gone") == 0)
        #expect(folders.presence(of: "ledger-a") == .away(.inbox, .noFolder))
    }

    @Test("A folder that was exchanged is opened anew; one that was not keeps its descriptor")
    func reopened() throws {
        let folders = try folders()
        _ = folders.prepare(marker: marker, group: nil) { _ in false }
        #expect(folders.presence(of: "ledger-a") == .here)
        let (inbox, outbox) = (folders[.inbox], folders[.outbox])
        let path = folders.path(of: .outbox)
        #expect(rename(path, path + "-old") == 0)
        #expect(mkdir(path, 0o770) == 0)
        try marker.write(in: try Folder(path: path))
        #expect(folders.presence(of: "ledger-a") == .here)
        #expect(folders[.inbox] === inbox)
        #expect(folders[.outbox] !== outbox)
    }

    @Test("Another ledger's folder is away, unless this one has taken its place or a person has emptied its marker")
    func otherLedger() throws {
        let folders = try folders()
        _ = folders.prepare(marker: marker, group: nil) { _ in false }
        let other = Marker(ledger: "ledger-b", generation: 1)
        _ = folders.prepare(marker: other, group: nil) { _ in false }
        #expect(folders.presence(of: "ledger-b") == .away(.inbox, .otherLedger("ledger-a")))
        try folders.adopt(marker: other, from: ["ledger-c"])
        #expect(folders.presence(of: "ledger-b") == .away(.inbox, .otherLedger("ledger-a")))
        try temporary.write("", to: "spool/inbox/oil/.runninghubd")
        #expect(folders.presence(of: "ledger-b") == .away(.inbox, .emptyMarker))
        try folders.adopt(marker: other)
        #expect(folders.presence(of: "ledger-b") == .away(.work, .otherLedger("ledger-a")))
        try temporary.write("{", to: "spool/work/oil/.runninghubd")
        #expect(folders.presence(of: "ledger-b") == .away(.work, .unreadableMarker))
        try temporary.write("", to: "spool/work/oil/.runninghubd")
        try folders.adopt(marker: other, from: ["ledger-a"])
        #expect(folders.presence(of: "ledger-b") == .here)
    }

    @Test("Folders elsewhere stand at their own paths, and are away when their disk is")
    func elsewhere() throws {
        var paths = Pipeline.Folders()
        paths.outbox = temporary.path + "/disk"
        let folders = try folders(paths)
        _ = folders.prepare(marker: marker, group: nil) { _ in false }
        #expect(folders.path(of: .outbox) == temporary.path + "/disk")
        #expect(folders.presence(of: "ledger-a") == .here)
        #expect(try temporary.names(in: "disk") == [".runninghubd"])
        #expect(try temporary.names(in: "spool/outbox") == [])
        #expect(unlink(temporary.path + "/disk/.runninghubd") == 0)
        #expect(folders.presence(of: "ledger-a") == .away(.outbox, .noMarker))
    }

    @Test("A folder that cannot be made is told, the others are made")
    func unusable() throws {
        var paths = Pipeline.Folders()
        paths.done = temporary.path + "/none/such"
        let folders = try folders(paths)
        let problems = folders.prepare(marker: marker, group: nil) { _ in false }.filter(isUnusable)
        #expect(problems.map(\.path) == [temporary.path + "/none/such"])
        #expect(try temporary.names(in: "spool/failed/oil") == [".runninghubd"])
        #expect(folders.presence(of: "ledger-a") == .away(.done, .noFolder))
    }

    @Test(
        "What is no marker is no reason to trust or to trap",
        arguments: ["", "{", "[]", "{\"ledger\":1}", String(repeating: "x", count: 10_000)]
    )
    func badMarker(text: String) throws {
        try temporary.write(text, to: ".runninghubd")
        #expect(throws: SystemError.self) { try Marker.read(in: try temporary.open()) }
    }

    @Test("A link or a FIFO in a marker's place is refused at once")
    func hostileMarker() throws {
        #expect(symlink("/etc/hostname", temporary.path + "/.runninghubd") == 0)
        #expect(throws: SystemError.self) { try Marker.read(in: try temporary.open()) }
        #expect(unlink(temporary.path + "/.runninghubd") == 0)
        #expect(mkfifo(temporary.path + "/.runninghubd", 0o600) == 0)
        #expect(throws: SystemError.self) { try Marker.read(in: try temporary.open()) }
    }

    @Test("A marker is exchanged whole, whichever call fails")
    func markerCrash() throws {
        let next = Marker(ledger: "ledger-a", generation: 2)
        for index in 0... {
            try marker.write(in: try temporary.open())
            let calls = FailingCalls()
            let folder = try temporary.open(calls: calls)
            calls.fail { $0.index > index ? EIO : nil }
            let isDone = (try? next.write(in: folder)) != nil
            let found = try Marker.read(in: try temporary.open())
            #expect(found == marker || found == next)
            if isDone {
                #expect(found == next)
                break
            }
        }
    }

    @Test("One lock for each spool and state, free again when it is let go of")
    func lock() throws {
        var lock: FolderLock? = try spool.lock()
        #expect(throws: FolderLock.Failure.held) { try spool.lock() }
        var state: FolderLock? = try SpoolLayout.lockState(at: temporary.path)
        #expect(throws: FolderLock.Failure.held) { try SpoolLayout.lockState(at: temporary.path) }
        withExtendedLifetime((lock, state)) {}
        (lock, state) = (nil, nil)
        _ = try spool.lock()
        #expect(throws: FolderLock.Failure.self) { try SpoolLayout(path: "/none/such").lock() }
    }

    @Test("Free space is told in bytes")
    func freeSpace() throws {
        #expect(try temporary.open().freeSpace() > 0)
        #expect(try temporary.open().maximumNameLength() == 255)
    }
}

@Suite("Groups of pipeline folders", .enabled(if: geteuid() == 0, "needs root"), .timeLimit(.minutes(1)))
struct LayoutGroupTests {
    let temporary: TemporaryFolder
    let spool: SpoolLayout
    let marker = Marker(ledger: "ledger-a", generation: 1)

    init() throws {
        temporary = try TemporaryFolder()
        spool = SpoolLayout(path: temporary.path + "/spool")
        _ = try spool.make()
        for role in FolderRole.allCases {
            #expect(chmod("\(spool.path)/\(role.rawValue)", 0o2755) == 0)
        }
    }

    func status(_ path: String) -> stat {
        var status = stat()
        #expect(stat(path, &status) == 0)
        return status
    }

    @Test(
        "New folders are given to the pipeline's group and keep the parent's setgid bit; existing ones are left alone and told"
    )
    func group() throws {
        let users = try #require(getgrnam("users")).pointee.gr_gid
        #expect(mkdir("\(spool.path)/done/oil", 0o2770) == 0)
        #expect(chmod("\(spool.path)/done/oil", 0o2770) == 0)
        let folders = PipelineFolders(pipeline: try name("oil"), spool: spool)
        let problems = folders.prepare(marker: marker, group: "users") { _ in false }
        #expect(problems == [.init(path: "\(spool.path)/done/oil", kind: .otherGroup(0, wanted: "users"))])
        let made = status("\(spool.path)/inbox/oil")
        #expect(made.st_gid == users)
        #expect(made.st_mode & S_ISGID != 0)
        #expect(status("\(spool.path)/done/oil").st_gid == 0)
    }

    @Test("A group that nobody knows is told")
    func unknown() throws {
        let folders = PipelineFolders(pipeline: try name("oil"), spool: spool)
        let problems = folders.prepare(marker: marker, group: "no-such-group") { _ in false }
        #expect(Set(problems.map(\.kind)) == [.unknownGroup("no-such-group")])
        #expect(folders.presence(of: "ledger-a") == .here)
    }

    @Test(
        "Folders of a group that cannot be given to it are not made for their parent's group, where that is not wanted"
    )
    func outOfReach() throws {
        let folders = PipelineFolders(pipeline: try name("oil"), spool: spool)
        #expect(mkdir("\(spool.path)/done/oil", 0o2770) == 0)
        let problems = folders.prepare(
            marker: marker,
            group: "no-such-group",
            mayKeepParentsGroup: false,
            wasMarked: { _ in false }
        )
        let closed = problems.filter { $0.kind == .groupOutOfReach("no-such-group", isKnown: false) }
        #expect(
            Set(closed.map(\.path)) == Set(["inbox", "work", "outbox", "failed"].map { "\(spool.path)/\($0)/oil" })
        )
        #expect(access("\(spool.path)/inbox/oil", F_OK) != 0)
    }
}
