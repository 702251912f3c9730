import Glibc
import Testing

@testable import Daemon

@Suite("The check of this machine", .timeLimit(.minutes(1)))
struct CheckTests {
    private let folder: ConfigurationFolder

    init() throws {
        folder = try ConfigurationFolder()
        for name in ["spool", "state", "keys", "pipelines.d"] {
            try #require(mkdir(folder.path + "/" + name, 0o700) == 0)
        }
        try folder.write("keys/main", String(repeating: "k", count: Configuration.keyLength), mode: 0o600)
    }

    private func check(
        _ text: String,
        pipeline: String? = nil,
        service: ServiceUnit? = nil
    ) throws -> [String] {
        try folder.write("config.yaml", text, mode: 0o644)
        if let pipeline { try folder.write("pipelines.d/p.yaml", pipeline, mode: 0o644) }
        let reading = ConfigurationReader(file: folder.path + "/config.yaml").read()
        #expect(reading.problems.isEmpty)
        let problems = ConfigurationCheck(reading, keysFolder: folder.path + "/keys", service: service).run()
        return problems.map {
            String("\($0)".dropFirst(folder.path.utf8.count + 1)).replacing(folder.path, with: "DIR")
        }
    }

    /// The same with a good pipeline, of which nothing is said.
    private func checkWithPipeline(_ text: String, service: ServiceUnit? = nil) throws -> [String] {
        try check(text, pipeline: pipelineFile("group: root"), service: service)
            .filter { !$0.contains("the group 'root'") }
    }

    private var lines: String {
        "spool: \(folder.path)/spool\nstate: \(folder.path)/state\nlimits: { free_space: 0 }\n"
    }

    @Test("Where all is there nothing is told.")
    func well() throws {
        #expect(try check(lines, pipeline: pipelineFile("group: root")).isEmpty)
    }

    @Test("Programs that the service could not run are told where they are named, with what to do.")
    func programs() throws {
        try folder.write("tool", "", mode: 0o600)
        chmod(folder.path + "/tool", 0o600)
        func problems(_ program: String, _ service: ServiceUnit? = nil) throws -> [String] {
            let text = "group: root\nhooks: { program: [\(program)] }"
            return try check(lines, pipeline: pipelineFile(text), service: service).filter { !$0.contains("group") }
        }
        #expect(try problems("/bin/true").isEmpty)
        #expect(try problems("/nowhere") == ["pipelines.d/p.yaml:4:19: There is no program /nowhere."])
        let tool = try problems("\(folder.path)/tool")
        #expect(tool.count == 1 && tool.first?.hasSuffix("user: chmod a+rx 'DIR/tool'") == true)
        var service = ServiceUnit(user: "root")
        service.readable = ["/usr"]
        let unseen = try problems("/bin/true", service)
        #expect(unseen.count == 1)
        #expect(unseen.first?.contains("The service does not see /bin/true: put it below /usr/local") == true)
    }

    @Test("Folders that are not there, or are none, are told where they are named.")
    func folders() throws {
        try folder.write("file", "", mode: 0o600)
        let text = "spool: \(folder.path)/nowhere\nstate: \(folder.path)/file\n"
        #expect(
            try check(text, pipeline: pipelineFile("group: root\nfolders: { inbox: \(folder.path)/in }")) == [
                "config.yaml:1:8: The folder of 'spool', DIR/nowhere, is not there.",
                "config.yaml:2:8: 'state' is DIR/file, which is no folder.",
                "pipelines.d/p.yaml:4:19: The folder of 'inbox', DIR/in, is not there.",
            ]
        )
    }

    @Test("A group that this machine does not have is told.")
    func group() throws {
        #expect(
            try check(lines, pipeline: pipelineFile("group: no-such-group-here")) == [
                "pipelines.d/p.yaml:3:8: There is no group 'no-such-group-here': 'groupadd --system no-such-group-here' makes one."
            ]
        )
    }

    @Test(
        "Rights are those of the service's user, and what its sandbox does not show it is told with the setting.",
        .enabled(if: geteuid() == 0)
    )
    func service() throws {
        let nobody = try checkWithPipeline(lines, service: ServiceUnit(user: "nobody"))
        #expect(
            nobody == [
                "config.yaml:1:8: The folder of 'spool', DIR/spool, cannot be reached by the daemon's user nobody.",
                "config.yaml:2:8: The folder of 'state', DIR/state, cannot be reached by the daemon's user nobody.",
            ]
        )
        let boxed = try checkWithPipeline(lines, service: ServiceUnit(user: "root", folders: ["\(folder.path)/state"]))
        #expect(
            boxed == [
                "config.yaml:1:8: The service does not see the folder of 'spool', DIR/spool: 'systemctl edit runninghubd.service', there [Service] and BindPaths=DIR/spool, then restart."
            ]
        )
        #expect(try checkWithPipeline(lines, service: ServiceUnit(user: "no-such-user-here")).count == 1)
    }

    @Test("A group that nobody is in, and one that the daemon's user is not in, are told with the command.")
    func members() throws {
        let service = ServiceUnit(user: geteuid() == 0 ? "root" : "nobody")
        let problems = try check(lines, pipeline: pipelineFile("group: floppy"), service: service)
        let text = problems.filter { $0.contains("floppy") }.joined(separator: "\n")
        #expect(text.contains("usermod -aG floppy \(service.user)'"), "\(text)")
        #expect(text.contains("usermod -aG floppy NAME'"), "\(text)")
        let spool = "\(folder.path)/spool"
        // Nobody has made them; and none is told of for the group that the service makes them for.
        let command = "install -d -o \(service.user) -g floppy -m 2770 '\(spool)/inbox/"
        #expect(text.replacing("DIR", with: folder.path).contains(command), "\(text)")
        let common = try check(lines, pipeline: pipelineFile(""), service: service)
        #expect(!common.joined().contains("install -d"), "\(common)")
    }

    @Test("Keys that others can read are told; no key at all is a warning.")
    func keys() throws {
        try folder.write("keys/other", "secret", mode: 0o644)
        #expect(
            try checkWithPipeline(lines) == [
                "keys/other:1:1: This key cannot be used: others than its owner can use the file: 'chmod 600' it."
            ]
        )
        try folder.write("key", "secret", mode: 0o644)
        let listed = lines + "api:\n  keys:\n  - { name: a, file: \(folder.path)/key }\n"
        #expect(
            try checkWithPipeline(listed) == [
                "config.yaml:6:22: The file of the key 'a' cannot be used: others than its owner can use the file: 'chmod 600' it."
            ]
        )
        #expect(unlink(folder.path + "/keys/other") == 0 && unlink(folder.path + "/keys/main") == 0)
        #expect(
            try checkWithPipeline(lines) == [
                "config.yaml:1:1: warning: There is no key yet: 'runninghubd key add NAME' stores one."
            ]
        )
        #expect(chmod(folder.path + "/keys", 0o755) == 0)
        #expect(
            try checkWithPipeline(lines) == [
                "keys:1:1: Others than root can reach the folder of the keys: 'chmod 700' it."
            ]
        )
    }

    @Test("A configuration without a pipeline, a key that is not whole, and a disk that is too full are warned of.")
    func readiness() throws {
        try folder.write("keys/main", "short", mode: 0o600)
        let full = lines.replacing("free_space: 0", with: "free_space: 8000000TB")
        let bare = try check(full)
        #expect(bare.contains { $0.hasPrefix("pipelines.d:1:1: warning: There is no pipeline yet") }, "\(bare)")
        #expect(bare.contains { $0.hasPrefix("keys/main:1:1: warning: This key has 5 characters") }, "\(bare)")
        let problems = try check(full, pipeline: pipelineFile("group: root"))
        let space = problems.filter { $0.contains("nothing is submitted below") }
        #expect(space.count == 2 && space.allSatisfy { $0.hasPrefix("config.yaml:3:") }, "\(problems)")
    }

    @Test("Folders that are gone or have lost their marker, while others of their pipeline are marked, are told.")
    func markers() throws {
        let marker = #"{"ledger":"0123","generation":1}"#
        for role in ["inbox", "work", "outbox", "done", "failed"] {
            try #require(mkdir("\(folder.path)/spool/\(role)", 0o700) == 0)
            guard role != "done" else { continue }
            try #require(mkdir("\(folder.path)/spool/\(role)/p", 0o700) == 0)
            guard role != "outbox" else { continue }
            try folder.write("spool/\(role)/p/.runninghubd", marker, mode: 0o600)
        }
        let problems = [
            "pipelines.d/p.yaml:1:1: DIR/spool/done/p is not there: mount its disk, or make it again and put an empty .runninghubd into it.",
            """
            pipelines.d/p.yaml:1:1: DIR/spool/outbox/p is not the folder it was, its marker is missing: if it lies on a disk, mount it. If it \
            is the right folder: touch 'DIR/spool/outbox/p/.runninghubd'
            """,
        ]
        #expect(try checkWithPipeline(lines).sorted() == problems)
        try folder.write("state/ledger.sqlite", "", mode: 0o600)
        let all = try checkWithPipeline(lines)
        #expect(all.contains { $0.hasPrefix("config.yaml:1:8: The spool's marker is missing") }, "\(all)")
    }

    @Test("A key that a pipeline names and nobody has stored, and a service that has failed, are warned of.")
    func keyNames() throws {
        var service = ServiceUnit(user: geteuid() == 0 ? "root" : "nobody")
        service.isFailing = true
        let problems = try check(lines, pipeline: pipelineFile("group: root\nkeys: [main, other]"), service: service)
        #expect(
            problems.contains(
                "pipelines.d/p.yaml:4:7: warning: There is no key 'other': 'runninghubd key add other' stores one."
            ),
            "\(problems)"
        )
        #expect(problems.contains { $0.hasPrefix("config.yaml:1:1: warning: The service has failed: ") }, "\(problems)")
    }

    @Test(
        "Files of the daemon's own that its user may not use are told with the command that gives them back.",
        .enabled(if: geteuid() == 0)
    )
    func ownFiles() throws {
        for name in ["", "/spool", "/state"] { #expect(chmod(folder.path + name, 0o777) == 0) }
        try folder.write("state/lock", "", mode: 0o600)
        try folder.write("spool/.lock", "", mode: 0o666)
        let problems = try check(lines, pipeline: pipelineFile("group: root"), service: ServiceUnit(user: "nobody"))
        let told = problems.filter { $0.contains("files that are its own") }
        #expect(told.count == 1 && told.first?.hasPrefix("config.yaml:2:8: The daemon's user nobody may") == true)
        #expect(told.first?.hasSuffix(" chown nobody: 'DIR/state/lock'") == true, "\(told)")
    }
}
