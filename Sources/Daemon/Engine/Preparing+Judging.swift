import Glibc
import Jobs
import Spool

// What a program that did not end well has said of the file.
extension Engine {
    /// How often a program that is killed each time, as where the memory is too small for a file, is run before the file fails.
    private static let mostKills = 5

    /// Whether a program that did not end well has said something of the file, or something else was in its way.
    func judge(
        _ outcome: ProgramRun.Outcome,
        _ trouble: String,
        of input: OpenInput,
        _ record: JobRecord,
        _ preparation: Pipeline.Preparation,
        _ pipeline: Pipeline
    ) async throws -> PreparationResult {
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
