import Jobs
import Ledger
import Spool

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
        _ result: PreparationResult,
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

    /// What came of a file's preparation.
    enum PreparationResult: Sendable {
        case file(PreparedFile)
        /// For a reason that passes: the program said so, somebody ended it, or an administrator has to see to it.
        case hasToWait(String)
        /// Somebody wrote to the file meanwhile.
        case changed
        case failed(String)
        /// A stop came between.
        case stopped
    }

    private func prepare(
        _ input: OpenInput,
        of kind: MediaKind,
        number: Int,
        of record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async -> PreparationResult {
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
}
