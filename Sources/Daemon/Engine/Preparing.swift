import Glibc
import Jobs
import Ledger
import Spool
import Synchronization

/// The jobs whose files are being prepared: how many there are, and which of them take long.
final class Preparations: Sendable {
    private let begun = Mutex<[JobID: Timestamp]>([:])

    /// How many more may begin, where these jobs are being worked on.
    func room(whileBusy busy: Set<JobID>) -> Int {
        begun.withLock { begun in
            begun = begun.filter { busy.contains($0.key) }
            return max(0, Engine.programsAtOnce - begun.count)
        }
    }

    func begin(_ job: JobID, at now: Timestamp) {
        begun.withLock { $0[job] = now }
    }

    /// Says whether it had begun.
    func end(_ job: JobID) -> Bool {
        begun.withLock { $0.removeValue(forKey: job) != nil }
    }

    /// Those that have taken longer than this.
    func slow(_ patience: Duration, at now: Timestamp) -> Set<JobID> {
        begun.withLock { begun in Set(begun.filter { $0.value + patience <= now }.keys) }
    }
}

// The program that turns a dropped file into the one that is uploaded. It is run again for each upload, so nothing of it is to be remembered.
extension Engine {
    /// Has a job's files prepared that are to be.
    ///
    /// - Returns: the files as they go up; nothing where the job failed, or has to wait.
    func prepared(_ inputs: [OpenInput], of record: JobRecord, _ pipeline: Pipeline) async throws -> [OpenInput]? {
        guard let preparation = pipeline.prepare else { return inputs }
        var prepared: [OpenInput] = []
        for (index, input) in inputs.enumerated() {
            var input = input
            if input.use.isUploaded {
                let kind = try await kind(of: input.file)
                if preparation.isFor(kind) {
                    let result = await prepare(input, of: kind, number: index, of: record, preparation, pipeline)
                    guard let file = try await use(result, of: record, preparation, pipeline) else { return nil }
                    input.prepared = file
                }
            }
            prepared.append(input)
        }
        return prepared
    }

    /// Does what a preparation has come to.
    ///
    /// - Returns: what it made; nothing where it made nothing.
    private func use(
        _ result: Preparation,
        of record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async throws -> PreparedFile? {
        let now = time.now()
        switch result {
        case .file(let file): return file
        case .hasToWait(let reason):
            let wait = Backoff.wait(tries: record.job.tries, jitter: time.jitter())
            try await change(record.job.id) { $0.preparationFailed(reason: reason, retryAt: now + wait, at: now) }
        case .changed: _ = try await changedMeanwhile(record, pipeline)
        case .failed(let reason):
            let failure = Failure.notPrepared(reason, program: preparation.program[0], pipeline)
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
        case .stopped: break
        }
        return nil
    }

    private enum Preparation: Sendable {
        case file(PreparedFile)
        /// For a reason that passes: the program said so, somebody ended it, or an administrator has to see to it.
        case hasToWait(String)
        /// Somebody wrote to the file meanwhile.
        case changed
        case failed(String)
        /// A stop came between.
        case stopped
    }

    /// How often a program that is killed each time, as where the memory is too small for a file, is run before the file fails.
    private static let mostKills = 5

    private func prepare(
        _ input: OpenInput,
        of kind: MediaKind,
        number: Int,
        of record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async -> Preparation {
        let (state, name) = (settings.state, "\(record.job.id)-\(number)")
        do {
            let folder = try await blocking {
                try PreparationFolder(in: state, named: name, for: input.file, of: kind)
            }
            WorkUnderWay.current?.waits(for: preparation.timeout + .seconds(30))
            let outcome = await run(preparation, in: folder, of: record, pipeline).run()
            guard !Task.isCancelled else { return .stopped }
            if let trouble = outcome.trouble {
                return try await judge(outcome, trouble, of: input, record, preparation, pipeline)
            }
            switch try await blocking({ try folder.made() }) {
            case .file(let file, let ending):
                let dot: [UInt8] = ending.isEmpty ? [] : [UInt8(ascii: ".")]
                return .file(PreparedFile(file: file, name: input.input.name.stem + dot + ending, folder: folder))
            case .nothing: return .failed("it left no file")
            case .several: return .failed("it left several files, and one is wanted")
            }
        } catch {
            guard !Task.isCancelled else { return .stopped }
            return .hasToWait("Its preparation needs the state's folder, \(state): \(Self.sentence(about: error))")
        }
    }

    private func run(
        _ preparation: Pipeline.Preparation,
        in folder: PreparationFolder,
        of record: JobRecord,
        _ pipeline: Pipeline
    ) -> ProgramRun {
        let output = "\(folder.folder)/\(PreparationFolder.outputName)"
        return ProgramRun(
            command: preparation.program.prefix(1) + preparation.arguments(input: folder.input, output: output),
            environment: [
                "RUNNINGHUB_JOB": record.job.id.text, "RUNNINGHUB_PIPELINE": pipeline.name,
                "RUNNINGHUB_FILE": record.job.origin.description, "RUNNINGHUB_INPUT": folder.input,
                "RUNNINGHUB_OUTPUT": output,
            ],
            folder: folder.folder,
            home: folder.home,
            limit: preparation.timeout
        )
    }

    /// Whether a program that did not end well has said something of the file, or something else was in its way.
    private func judge(
        _ outcome: ProgramRun.Outcome,
        _ trouble: String,
        of input: OpenInput,
        _ record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async throws -> Preparation {
        let program = preparation.program[0]
        if case .notStarted = outcome {
            return .hasToWait("\(program): \(trouble); 'sudo runninghubd check' says more")
        }
        if case .exited(EX_TEMPFAIL, let said) = outcome {
            return .hasToWait("\(program) asks to be run again later\(said.isEmpty ? "." : ": \(said)")")
        }
        if outcome.wasEnded, record.job.tries < Self.mostKills {
            return .hasToWait("\(program) is run again: \(trouble)")
        }
        if try await blocking({ try input.file.hasChanged() }) { return .changed }
        guard let entry = pipelines.entry(pipeline.name), await isHere(entry) else {
            return .hasToWait("\(program) is run again when the pipeline's folders are there: \(trouble)")
        }
        for path in [settings.state, "/tmp"] {
            let free = try await blocking { try Folder(path: path).freeSpace() }
            if free < Self.leastFree {
                return .hasToWait("\(program) is run again when there is room on the disk of \(path): \(trouble)")
            }
        }
        return .failed(trouble)
    }

    /// With less free, in bytes, a program may have failed for that.
    private static let leastFree: Int64 = 10_000_000
}

extension ProgramRun.Outcome {
    /// Whether somebody else ended it, or the memory was short: a shell tells that of its command by 128 and the signal.
    fileprivate var wasEnded: Bool {
        let signals = [SIGHUP, SIGINT, SIGKILL, SIGTERM]
        return switch self {
        case .signalled(let signal, _): signals.contains(signal)
        case .exited(let code, _): signals.contains(code - 128)
        case .tooLong, .notStarted: false
        }
    }
}

extension Failure {
    /// A file of which the program made none that can be uploaded; `reason` is a clause.
    static func notPrepared(_ reason: String, program: String, _ pipeline: Pipeline) -> Failure {
        Failure(
            .notPrepared,
            message: Phrase(
                "\(program), which prepares files of pipeline \(pipeline.name), could not use this one: \(reason).",
                zh: "流程 \(pipeline.name) 的预处理程序 \(program) 无法处理此文件：\(reason)。",
                ru: "\(program), подготавливающая файлы конвейера \(pipeline.name), не справилась с этим: \(reason)."
            ),
            hint: Phrase(
                "Look whether the file is whole and opens; then move it back into the inbox. If all files fail, tell the administrator.",
                zh: "请检查文件是否完整、能否打开，然后把它移回 inbox。如果所有文件都失败，请告知管理员。",
                ru:
                    "Проверьте, цел ли файл и открывается ли он, затем верните его в inbox. Если не проходит ни один, сообщите администратору."
            ),
            mayHaveBeenPaid: false
        )
    }
}
