import Foundation
import Jobs
import RunningHubSimulator
import Spool
import Testing

@testable import Daemon

extension EngineTests {
    @Suite("Preparing files", .timeLimit(.minutes(1)))
    struct PreparingTests {
        /// A pipeline that runs a script on each file, with the paths of both as its arguments.
        private func prepare(_ setup: inout EngineHarness.Setup, _ script: String, kinds: [String] = []) {
            setup.pipeline {
                let command = ["/bin/sh", "-c", script, "sh", "{input}", "{output}.png"]
                var preparation = Pipeline.Preparation(program: command)
                preparation.kinds = kinds
                preparation.timeout = .seconds(20)
                $0.prepare = preparation
                $0.accept = ["png"]
            }
        }

        private static let gif = Array("GIF89a".utf8) + [UInt8](repeating: 7, count: 300)

        @Test("What the program makes is uploaded in the place of what was dropped, and all else stays as it is.")
        func made() async throws {
            try await withDaemon {
                let script = #"test "${1##*/}" = input.gif && { printf '\211PNG\r\n\032\n'; cat "$1"; } >"$2""#
                prepare(&$0, script, kinds: ["gif"])
            } _: { daemon in
                try daemon.drop("a cat.jpeg", Self.gif)
                try daemon.drop("dog.png")
                try await daemon.told(.tidied, about: "a cat.jpeg")
                try await daemon.told(.tidied, about: "dog.png")
                let uploads = await daemon.simulator.record.uploads
                let made = try #require(uploads.first { $0.fileName == "a cat.png" })
                #expect(made.bytes == Self.gif.count + 8)
                #expect(uploads.contains { $0.fileName == "dog.png" })
                #expect(try daemon.content(.done, "a cat.jpeg") == Self.gif)
                let job = try await daemon.record(of: "a cat.jpeg").job
                #expect(job.digest == EngineHarness.sha256(Self.gif))
                #expect(Self.left(of: daemon) == [])
            }
        }

        /// What is left of preparations.
        private static func left(of daemon: EngineHarness) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: "\(daemon.root)/state/prepared")) ?? []
        }

        @Test(
            "A file of which nothing can be made goes to failed/ with the program's reason, and costs nothing.",
            arguments: [
                (#"echo 'no such picture' >&2; exit 1"#, "it ended with exit code 1: no such picture"),
                ("exit 0", "it left no file"),
                (#"echo a >"$2"; echo b >"$2.other""#, "it left several files, and one is wanted"),
                (#"ln -s "$1" "$2""#, "it left no file"), (#": >"$2""#, "it left no file"),
                (#"mkdir "$2""#, "it left no file"),
            ]
        )
        func failed(script: String, reason: String) async throws {
            try await withDaemon {
                prepare(&$0, script)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                let notes = try daemon.notes("cat.png")
                #expect(notes.name == "not-prepared" && !notes.may_have_been_paid)
                #expect(notes.message.contains("could not use this one: \(reason)."))
                #expect(await daemon.simulator.record.uploads.isEmpty)
                #expect(Self.left(of: daemon) == [])
            }
        }

        @Test("What it makes is judged like what is dropped.")
        func judged() async throws {
            try await withDaemon {
                prepare(&$0, #"printf GIF89a >"$2""#)
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                #expect(try daemon.notes("cat.png").name == "not-accepted")
            }
        }

        @Test(
            "Exit code 75, and a signal by which somebody ends it, mean later, and no file fails for them.",
            arguments: [
                ("echo busy >&2; exit 75", "/bin/sh asks to be run again later: busy"),
                ("kill -TERM $$", "/bin/sh is run again: signal 15 ended it"),
                ("kill -KILL $$", "/bin/sh is run again: signal 9 ended it"),
                ("exit 143", "/bin/sh is run again: it ended with exit code 143"),
            ]
        )
        func later(script: String, said: String) async throws {
            let folder = try TemporaryFolder()
            let mark = "\(folder.path)/ready"
            try await withDaemon {
                prepare(&$0, #"[ -e \#(mark) ] || { touch \#(mark); \#(script); }; cp "$1" "$2""#)
            } _: { daemon in
                try daemon.drop("cat.png")
                let line = try await daemon.told(.uploadFailed, about: "cat.png")
                #expect(line.text.contains(said))
                daemon.clock.advance(by: .seconds(6))
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            }
        }

        @Test("A program that is not there fails no file: they wait.")
        func missing() async throws {
            try await withDaemon {
                $0.pipeline { $0.prepare = Pipeline.Preparation(program: ["/nowhere", "{input}", "{output}"]) }
            } _: { daemon in
                try daemon.drop("cat.png")
                let line = try await daemon.told(.uploadFailed, about: "cat.png")
                #expect(line.text.contains("/nowhere: it could not be run: it is not there"))
                #expect(daemon.list(.failed) == [])
            }
        }

        @Test("What somebody puts in the file's place meanwhile is not what the program reads.")
        func swapped() async throws {
            let folder = try TemporaryFolder()
            let (started, go) = ("\(folder.path)/started", "\(folder.path)/go")
            try await withDaemon {
                prepare(&$0, #"touch \#(started); until [ -e \#(go) ]; do sleep 0.01; done; cp "$1" "$2""#)
            } _: { daemon in
                let content = EngineHarness.picture("cat")
                try daemon.drop("cat.png", content)
                await appears(started)
                let path = daemon.path(.work, "cat.png")
                try FileManager.default.moveItem(atPath: path, toPath: "\(path).aside")
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/hostname")
                try Data().write(to: URL(filePath: go))
                let uploads = try await daemon.cloud { !$0.uploads.isEmpty }.uploads
                #expect(uploads.map(\.sha256) == [EngineHarness.sha256(content)])
            }
        }

        @Test("A file that is written to meanwhile fails for nothing that the program says of it.")
        func written() async throws {
            let folder = try TemporaryFolder()
            let (started, go) = ("\(folder.path)/started", "\(folder.path)/go")
            let script = "[ -e \(started) ] || { touch \(started); until [ -e \(go) ]; do sleep 0.01; done; exit 1; }"
            try await withDaemon {
                prepare(&$0, #"\#(script); cp "$1" "$2""#)
            } _: { daemon in
                try daemon.drop("cat.png")
                await appears(started)
                let file = try #require(FileHandle(forWritingAtPath: daemon.path(.work, "cat.png")))
                try file.seekToEnd()
                try file.write(contentsOf: Data([1, 2, 3]))
                try file.close()
                try Data().write(to: URL(filePath: go))
                try await daemon.told(.changed, about: "cat.png")
                try await daemon.told(.tidied, about: "cat.png")
                #expect(daemon.list(.outbox) == ["cat.png", "cat.result.json"])
            }
        }

        @Test("A stop comes between, and the next start prepares it anew: one task.")
        func stopped() async throws {
            let folder = try TemporaryFolder()
            let (started, go) = ("\(folder.path)/started", "\(folder.path)/go")
            try await withDaemon {
                prepare(&$0, #"touch \#(started); [ -e \#(go) ] || sleep 1000; cp "$1" "$2""#)
            } _: { daemon in
                try daemon.drop("cat.png")
                await appears(started)
                await daemon.stop()
                #expect(Self.left(of: daemon) == [])
                try Data().write(to: URL(filePath: go))
                try await daemon.start()
                try await daemon.told(.tidied, about: "cat.png")
                #expect(await daemon.submissions.count == 1)
                #expect(daemon.list(.failed) == [])
            }
        }

        @Test("However many wait, two programs run at once, and other pipelines go on.")
        func bounded() async throws {
            let folder = try TemporaryFolder()
            let (started, go) = ("\(folder.path)/started", "\(folder.path)/go")
            try FileManager.default.createDirectory(atPath: started, withIntermediateDirectories: true)
            try await withDaemon {
                prepare(&$0, #"touch \#(started)/$$; until [ -e \#(go) ]; do sleep 0.01; done; cp "$1" "$2""#)
                $0.pipelines.append(.oil("ink"))
                $0.keys = ["main": 20]
            } _: { daemon in
                for number in 1...8 { try daemon.drop("cat-\(number).png") }
                try await daemon.told(.taken, times: 8)
                for _ in 1...3 { try await daemon.probe("ink") }
                let running = try FileManager.default.contentsOfDirectory(atPath: started).count
                #expect(running == 2)
                try Data().write(to: URL(filePath: go))
                for number in 1...8 { try await daemon.told(.tidied, about: "cat-\(number).png") }
            }
        }

        @Test("Another program, and what was uploaded is not used: the file is prepared anew.")
        func otherProgram() async throws {
            let settings = ChangingSettings()
            try await withDaemon {
                prepare(&$0, #"cp "$1" "$2""#)
                $0.cloud = .manual
                $0.keys = ["main": 1]
                $0.adjust = { settings.apply(to: &$0) }
            } _: { daemon in
                try daemon.drop("cat.png")
                try await daemon.told(.submitted, about: "cat.png")
                // The second waits for a place, with its upload.
                try daemon.drop("dog.png")
                try await daemon.told(.uploaded, about: "dog.png")
                settings.set { $0.pipelines[0].prepare?.program[2] = #"cat "$1" "$1" >"$2""# }
                _ = try await daemon.makeReload().run(askedBy: "a test")
                for task in await daemon.simulator.record.tasks { await daemon.simulator.finish(task.id) }
                try await daemon.cloud { $0.acceptedSubmissions.count == 2 }
                let record = await daemon.simulator.record
                let size = EngineHarness.picture("dog.png").count
                let used = try #require(record.acceptedSubmissions.last?.uploads.first)
                #expect(record.uploads.first { $0.name == used }?.bytes == 2 * size)
            }
        }

        private func appears(_ path: String) async {
            while !FileManager.default.fileExists(atPath: path) { try? await Task.sleep(for: .milliseconds(5)) }
        }

        @Test("A name that is no text, or looks like an option, does not reach the program.")
        func names() async throws {
            try await withDaemon {
                prepare(&$0, #"case "$1" in */input.png) cp "$1" "$2";; esac"#)
            } _: { daemon in
                try daemon.drop("-rf $(reboot) \u{FFFD}.png")
                try await daemon.told(.tidied)
                #expect(daemon.list(.outbox).count == 2)
            }
        }
    }
}
