import FoundationEssentials
import Glibc
import Testing

@testable import Daemon

@Suite("Running a program", .timeLimit(.minutes(1)))
struct ProgramRunTests {
    private func shell(_ script: String, limit: Duration = .seconds(30)) -> ProgramRun {
        ProgramRun(command: ["/bin/sh", "-c", script, "sh", "an argument", ""], limit: limit)
    }

    @Test("It has its arguments, its environment, its input and its folder, and nothing of the daemon's.")
    func surroundings() async throws {
        let folder = try TemporaryFolder()
        let names = #"$(env | sort | cut -d= -f1 | tr '\n' ' ')"#
        var run = shell(
            #"printf '%s\n' "$#" "$1" "$NAME" "$(cat)" "$(pwd)" "${HOME}" "\#(names)" >"$NAME""#
        )
        run.environment = ["NAME": "\(folder.path)/out put"]
        run.folder = folder.path
        run.home = "/home/nobody"
        run.input = Array("in\nput".utf8)
        #expect(await run.run() == .exited(code: 0, said: ""))
        let text = try String(contentsOfFile: "\(folder.path)/out put", encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        let path = folder.path
        #expect(lines.prefix(7) == ["2", "an argument", "\(path)/out put", "in", "put", path, "/home/nobody"])
        #expect(lines.last == "HOME LANG NAME PATH PWD TMPDIR ")
    }

    @Test("What it says last on its standard error tells why it failed, and harms no terminal.")
    func trouble() async {
        #expect(await shell("exit 0").run().trouble == nil)
        #expect(await shell("exit 3").run().trouble == "it ended with exit code 3")
        let long =
            #"i=0; while [ $i -lt 3000 ]; do echo "a long line of output $i" >&2; i=$((i+1)); done; echo >&2; exit 1"#
        #expect(await shell(long).run().trouble == "it ended with exit code 1: a long line of output 2999")
        let red = await shell(#"printf '\033[31mred\n  \n' >&2; exit 1"#).run()
        #expect(red == .exited(code: 1, said: "\u{FFFD}[31mred"))
        #expect(await shell("kill -9 $$").run().trouble == "signal 9 ended it")
        let missing = ProgramRun(command: ["/nowhere/at/all"], limit: .seconds(10))
        let reason = "it could not be run: it is not there, or not for the service to see"
        #expect(await missing.run().trouble == reason)
        let noProgram = ProgramRun(command: ["/etc/hostname"], limit: .seconds(10))
        #expect(await noProgram.run().trouble?.hasPrefix("it could not be run: ") == true)
    }

    @Test("It does not have to read what it is given, however soon it ends.")
    func unread() async {
        var run = shell("exit 0")
        run.input = [UInt8](repeating: 1, count: 4 << 20)
        #expect(await run.run() == .exited(code: 0, said: ""))
        run = ProgramRun(command: ["/bin/true"], input: Array("{}".utf8), limit: .seconds(30))
        for _ in 0..<200 { #expect(await run.run() == .exited(code: 0, said: "")) }
    }

    @Test("What it leaves running does not keep it from having ended.")
    func leftRunning() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/child"
        let outcome = await shell("setsid sh -c 'echo $$ >\(file); exec sleep 1000' & sleep 0.1; exit 3").run()
        #expect(outcome == .exited(code: 3, said: ""))
        if let child = try pid(in: file) { kill(child, SIGKILL) }
    }

    @Test("Past its limit it is ended, with all that it started, and so it is by a stop.")
    func limit() async throws {
        let folder = try TemporaryFolder()
        let file = "\(folder.path)/child"
        let stubborn = "sh -c 'trap \"\" HUP TERM; echo $$ >\(file); exec sleep 1000' & wait"
        #expect(await shell(stubborn, limit: .seconds(1)).run() == .tooLong)
        try await expectGone(file)

        let task = Task { await shell(stubborn).run() }
        while (try? pid(in: file)).map({ kill($0, 0) }) != 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        _ = await task.value
        try await expectGone(file)
    }

    private func pid(in file: String) throws -> pid_t? {
        pid_t(try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").first ?? "")
    }

    /// The child has nobody to wait for it but the machine's first process, which may take a moment.
    private func expectGone(_ file: String) async throws {
        let child = try #require(try pid(in: file))
        while kill(child, 0) == 0, !isZombie(child) { try await Task.sleep(for: .milliseconds(5)) }
    }

    private func isZombie(_ process: pid_t) -> Bool {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return text?.contains(") Z ") ?? true
    }
}

/// A folder that vanishes with the test.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/runninghubd-folder-\(UUID().uuidString)"

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
