import Glibc
import Jobs
import Ledger
import Spool

// The program that turns a dropped file into the one that is uploaded. It is run again for each upload, so nothing of it is to be remembered.
extension Engine {
    /// Whether a file is to be prepared: what is uploaded is another one then.
    func isPrepared(_ input: OpenInput, _ pipeline: Pipeline) async throws -> Bool {
        guard let preparation = pipeline.prepare, input.use.isUploaded else { return false }
        return preparation.isFor(try await kind(of: input.file))
    }

    /// Has a job's files prepared that are to be.
    ///
    /// - Returns: the files as they go up; nothing where the job failed, or has to wait.
    func prepared(_ inputs: [OpenInput], of record: JobRecord, _ pipeline: Pipeline) async throws -> [OpenInput]? {
        guard let preparation = pipeline.prepare else { return inputs }
        var prepared: [OpenInput] = []
        for (index, input) in inputs.enumerated() {
            guard try await isPrepared(input, pipeline) else {
                prepared.append(input)
                continue
            }
            var input = input
            switch try await prepare(input, number: index, of: record, preparation, pipeline) {
            case .file(let file): input.prepared = file
            case .hasToWait(let reason, let wait):
                let now = time.now()
                try await change(record.job.id) { $0.uploadFailed(reason: reason, retryAt: now + wait, at: now) }
                return nil
            case .failed(let reason):
                let now = time.now()
                let failure = Failure.notPrepared(reason, program: preparation.program[0], pipeline)
                try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
                return nil
            case .stopped: return nil
            }
            prepared.append(input)
        }
        if let failure = try await refusal(of: prepared, pipeline) {
            let now = time.now()
            try await change(record.job.id) { $0.refusedForGood(failure, at: now) }
            return nil
        }
        return prepared
    }

    private enum Preparation: Sendable {
        case file(PreparedFile)
        /// For a reason that passes: the program said so, or an administrator has to see to it.
        case hasToWait(String, Duration)
        case failed(String)
        /// A stop came between.
        case stopped
    }

    private func prepare(
        _ input: OpenInput,
        number: Int,
        of record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async throws -> Preparation {
        let kind = try await kind(of: input.file)
        let work = pipelines.folders(pipeline.name)?.path(of: .work) ?? ""
        let path = Array("\(work)/".utf8) + record.job.place(of: input.input).bytes
        let (state, name) = (settings.state, "\(record.job.id)-\(number)")
        let folder = try await blocking {
            try PreparationFolder(in: state, named: name, for: path, of: kind)
        }
        let output = "\(folder.folder)/\(PreparationFolder.outputName)"
        let run = ProgramRun(
            command: preparation.program.prefix(1) + preparation.arguments(input: folder.input, output: output),
            environment: [
                "RUNNINGHUB_JOB": record.job.id.text, "RUNNINGHUB_PIPELINE": pipeline.name,
                "RUNNINGHUB_FILE": record.job.origin.description, "RUNNINGHUB_INPUT": folder.input,
                "RUNNINGHUB_OUTPUT": output,
            ],
            folder: folder.folder,
            limit: preparation.timeout
        )
        WorkUnderWay.current?.waits(for: preparation.timeout + .seconds(30))
        let outcome = await run.run()
        guard !Task.isCancelled else { return .stopped }
        let program = preparation.program[0]
        switch outcome {
        case .exited(0, _): break
        case .exited(EX_TEMPFAIL, let said):
            let wait = Backoff.wait(tries: record.job.tries, jitter: time.jitter())
            return .hasToWait("\(program) asks to be run again later\(said.isEmpty ? "." : ": \(said)")", wait)
        case .notStarted(let reason):
            let said = "\(program) could not be started: \(reason); 'sudo runninghubd check' says more"
            return .hasToWait(said, .seconds(60))
        case .signalled(SIGTERM, _), .signalled(SIGKILL, _), .signalled(SIGINT, _), .signalled(SIGHUP, _):
            // Somebody ended it, or the memory was short: that says nothing of the file.
            let wait = Backoff.wait(tries: record.job.tries, jitter: time.jitter())
            return .hasToWait("\(program) is run again: \(outcome.trouble ?? "")", wait)
        case .exited, .signalled, .tooLong:
            return .failed(outcome.trouble ?? "")
        }
        switch try await blocking({ try folder.made() }) {
        case .file(let file, let ending):
            let dot: [UInt8] = ending.isEmpty ? [] : [UInt8(ascii: ".")]
            return .file(PreparedFile(file: file, name: input.input.name.stem + dot + ending, folder: folder))
        case .nothing: return .failed("it left no file")
        case .several: return .failed("it left several files, and one is wanted")
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
