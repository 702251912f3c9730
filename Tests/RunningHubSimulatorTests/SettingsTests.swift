import FoundationEssentials
import RunningHubSimulator
import Testing

@Suite("Settings are read and changed as JSON", .timeLimit(.minutes(1)))
struct SettingsTests {
    private func read(_ text: String) throws -> SimulatorSettings {
        try SimulatorSettings(json: Data(text.utf8))
    }

    @Test("Every setting survives being written and read")
    func roundTrip() throws {
        var settings = SimulatorSettings()
        settings.seed = .max
        settings.tasks.taskTime = SecondsRange(0.5, 3)
        settings.tasks.whenFull = .queue
        settings.callbacks.shapes = CallbackShape.allCases
        settings.results.outputs = [
            OutputSettings(.textFile), OutputSettings(.generated, type: "zip", bytes: 5_000_000_000),
        ]
        settings.faults.submit.errors = [CodeFault(421, 0.25), CodeFault(1005, message: "x", .next(3))]
        settings.faults.downloads.http = [StatusFault(503, .next(2))]
        settings.faults.tasks.failures = [TaskFailureFault(.moderation, 0.5)]
        settings.faults.callbacks.late = 0.1
        settings.faults.query.errors = [CodeFault(500, path: "/task/openapi/outputs", .always)]
        settings.answers.ignorantPaths = ["/openapi/v2/query"]
        settings.forms.renamed = ["fileName": "filename", "download_url": "downloadUrl"]
        settings.forms.omitted = ["taskId"]
        settings.forms.figures = .numbers
        settings.forms.failedReason = .json
        #expect(try SimulatorSettings(json: settings.serialized()) == settings)
    }

    @Test("What is left out keeps its value")
    func merge() throws {
        let settings = try read(#"{"tasks": {"task_time": [1, 2.5]}, "faults": {"submit": {"lost_by_cut": 0.2}}}"#)
        var expected = SimulatorSettings()
        expected.tasks.taskTime = SecondsRange(1, 2.5)
        expected.faults.submit.lostByCut = 0.2
        #expect(settings == expected)
    }

    @Test("Elements of lists need only what differs from the default")
    func elements() throws {
        let settings = try read(
            """
            {"keys": [{"name": "a", "key": "x"}], "results": {"outputs": [{}, {"content": "text"}]},
             "faults": {"submit": {"errors": [{"code": 421}]},
                        "tasks": {"failures": [{"failure": {"code": 1501}, "fault": {"count": 2}}]}}}
            """
        )
        #expect(settings.keys == [KeySettings(name: "a", key: "x")])
        #expect(settings.results.outputs == [OutputSettings(), OutputSettings(.text)])
        #expect(settings.faults.submit.errors == [CodeFault(421, .always)])
        #expect(settings.faults.tasks.failures == [TaskFailureFault(TaskFailure(code: 1501), .next(2))])
    }

    @Test(
        "What is wrong is refused with its place",
        arguments: [
            (#"{"tasks": {"task_tme": 1}}"#, "there is no setting 'tasks.task_tme'"),
            (#"{"keys": [{"nme": "a"}]}"#, "there is no setting 'keys.0.nme'"),
            (#"{"faults": {"upload": {"slow": {"chance": 1}}}}"#, "there is no setting 'faults.upload.slow.chance'"),
            (#"[1]"#, "the settings are a JSON object"),
            (#"{"a":"#, "this is not valid JSON"),
        ]
    )
    func refused(text: String, message: String) throws {
        let error = #expect(throws: SettingsError.self) { try read(text) }
        #expect(error?.description == message)
    }

    @Test(
        "Values out of range are refused",
        arguments: [
            #"{"faults": {"submit": {"slow": 1.5}}}"#, #"{"faults": {"submit": {"slow": {"count": -1}}}}"#,
            #"{"tasks": {"task_time": -1}}"#, #"{"tasks": {"task_time": 1e300}}"#,
            #"{"tasks": {"task_time": [1, 2, 3]}}"#,
            #"{"tasks": {"when_full": "explode"}}"#, #"{"callbacks": {"shapes": ["Z"]}}"#,
        ]
    )
    func outOfRange(text: String) throws {
        #expect(throws: SettingsError.self) { try read(text) }
    }

    @Test("A count is used up before the probability decides")
    func faults() async throws {
        try await withSimulator(.fast { $0.faults.submit.errors = [CodeFault(1005, .next(2))] }) { simulator in
            var codes: [JSON?] = []
            for _ in 0..<3 { codes.append(try await simulator.launch()["errorCode"]) }
            #expect(codes == ["1005", "1005", ""])
            #expect(await simulator.settings.faults.submit.errors.first?.fault == .never)
        }
    }
}

@Suite("The simulator is looked at and changed over HTTP", .timeLimit(.minutes(1)))
struct ControlTests {
    @Test("Settings are shown, changed in part, and kept when a change is wrong")
    func settings() async throws {
        try await withSimulator { simulator in
            let path = simulator.baseURL + "/simulator/settings"
            let patched = try await send("PATCH", path, body: #"{"tasks": {"manual": true}}"#)
            #expect(patched["tasks"]?["manual"] == true)
            let refused = try await send("PATCH", path, body: #"{"tasks": {"manul": true}}"#)
            #expect(refused.status == 400)
            #expect(refused.text == "there is no setting 'tasks.manul'\n")
            #expect(try await send("GET", path).json == patched.json)
            #expect(await simulator.settings.tasks.manual)
        }
    }

    @Test("Tasks are listed, ended by hand, and forgotten")
    func tasks() async throws {
        try await withSimulator(.fast { $0.tasks.manual = true }) { simulator in
            let control = simulator.baseURL + "/simulator/"
            let first = try #require(try await simulator.launch()["taskId"]?.text)
            let second = try #require(try await simulator.launch()["taskId"]?.text)
            #expect(try await send("POST", control + "tasks/\(first)/finish").status == 200)
            #expect(try await send("POST", control + "tasks/\(first)/finish").status == 404)
            let wish = #"{"status": "FAILED", "failure": {"code": 1501, "exception_type": "X"}}"#
            let done = try await send("POST", control + "tasks/\(second)/finish", body: wish)
            #expect(done.status == 200)
            #expect(try await simulator.query(second)["errorCode"] == "1501")
            guard case .array(let tasks) = try await send("GET", control + "tasks").json else {
                Issue.record("no list")
                return
            }
            #expect(tasks.map { $0["status"]?.text } == ["SUCCESS", "FAILED"])
            #expect(try await send("GET", control + "record")["coins_spent"]?["default"] == 12)
            #expect(try await send("POST", control + "reset").status == 200)
            var empty = SimulatorRecord()
            empty.began = await simulator.record.began
            #expect(await simulator.record == empty)
        }
    }

    @Test("The summary counts, and tells submissions for each input")
    func summary() async throws {
        try await withSimulator(.fast) { simulator in
            let name = try #require(try await simulator.upload([1])["data"]?["fileName"]?.text)
            _ = try await simulator.runToEnd([name])
            _ = try await simulator.runToEnd([name])
            let summary = try await send("GET", simulator.baseURL + "/simulator/summary").json
            #expect(summary["uploads"] == 1)
            #expect(summary["submissions"] == 2)
            #expect(summary["tasks"]?["SUCCESS"] == 2)
            #expect(summary["coins_spent"]?["default"] == 12)
            #expect(summary["submissions_per_input"]?[name] == 2)
        }
    }
}
