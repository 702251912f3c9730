import Jobs
import Spool
import Testing

@testable import Daemon
@testable import RunningHub

@Suite("Failures in several languages", .timeLimit(.minutes(1)))
struct FailurePhraseTests {
    private static let name = FileName(cleaning: "cat.png".utf8)
    private static let pipeline = Pipeline(name: "oil", target: .aiApp("1"), nodes: [.file(), .text("{param:x}")])
    private static let folder = Pipeline.JobFolder(stems: ["person"], hasOther: true)

    /// The failures of each kind that the daemon itself words.
    private static func failures(_ name: Failure.Name) -> [Failure] {
        let refusal = Refusal(
            next: .permanent,
            sentence: ErrorCode.find(810)?.meaning ?? "",
            hint: nil,
            errorCode: nil,
            httpStatus: 200,
            retryAfter: nil
        )
        return switch name {
        case .outcomeUnknown: [.outcomeUnknown, .taskUnnamed]
        case .timedOut: []  // Jobs tests them.
        case .refused:
            if case .rejected(let failure) = Translation().answer(.refused(refusal), wait: .zero, at: .origin) {
                [failure]
            } else {
                []
            }
        case .uploadRefused:
            [Translation().uploadFailure(CloudError(.tooLarge, ErrorCode.find(809)?.meaning ?? ""))]
        case .notAccepted:
            [Self.name, nil].flatMap { name -> [Failure] in
                [
                    .overUploadLimit(name, 1, pipeline), .longText(name, 1, limit: 1), .noText(name, pipeline),
                    .otherKind(name, .unknown, pipeline), .otherKind(name, .png, pipeline),
                ]
            }
        case .taskFailed: [Translation().failure(of: nil, on: .default)] + tasks
        case .noResults: [.noResults]
        case .resultUnfetched:
            [
                unfetched(.resultsUnfetched, .joined([.lookAtTask, .fetchAgainForFree])),
                unfetched(.resultTooLarge(5), .raiseOutputLimit),
            ]
        case .resultExpired: [unfetched(.resultsGone, .askOnceMoreThenPay)]
        case .cancelled: []  // Jobs tests them.
        case .cannotSubmit: problems
        case .incomplete:
            [Phrase.takenOut(Self.name), .folderForFiles, .fileForFolders(folder), .folderLacks(folder)]
                .map(Failure.incomplete)
        case .unknownJob: [.unknownJob]
        case .notPrepared: [.notPrepared("it left no file", program: "/bin/true", pipeline)]
        }
    }

    /// Tasks that ended with these codes and words, on every machine.
    private static var tasks: [Failure] {
        let answers = [
            #"{"errorCode":"805"}"#, #"{"errorCode":"804"}"#, #"{"errorCode":"421"}"#, #"{"errorCode":"414"}"#,
            #"{"errorCode":"416"}"#, #"{"errorCode":"808"}"#, #"{"errorCode":"4711"}"#,
            #"{"errorCode":"805","errorMessage":"CUDA out of memory"}"#,
            #"{"errorCode":"433","errorMessage":"insufficient balance"}"#,
        ]
        return answers.compactMap { JSONValue.read($0.utf8) }.flatMap { answer in
            Pipeline.InstanceType.allCases.map {
                Translation().failure(of: TaskFailure(Reply(answer)), on: $0)
            }
        }
    }

    private static func unfetched(_ message: Phrase, _ hint: Phrase) -> Failure {
        Failure(.resultUnfetched, message: message, hint: hint, mayHaveBeenPaid: true)
    }

    private static var problems: [Failure] {
        [SubmissionValues(name: name, seed: 1), SubmissionValues(remoteNames: ["": "x"], name: name, seed: 1)]
            .compactMap { values in
                do {
                    _ = try values.nodes(of: pipeline)
                    return nil
                } catch {
                    return (error as? SubmissionProblem)?.failure
                }
            }
    }

    @Test("Every failure says in every language what happened and what to do", arguments: Failure.Name.allCases)
    func complete(name: Failure.Name) {
        let failures = Self.failures(name)
        #expect(!failures.isEmpty || name == .timedOut || name == .cancelled)
        for failure in failures {
            #expect(failure.sentence.isTranslated && failure.advice.isTranslated, "\(failure.message)")
            for language in Language.allCases where language != .en {
                #expect(failure.sentence.text(in: language) != failure.message)
            }
        }
        #expect(name != .cannotSubmit || failures.count == 2)
    }

    @Test("The note for a person is in the configured language, the document for programs in English")
    func notes() throws {
        let identity = FileIdentity(device: 1, inode: 2, size: 3, modified: 4, changed: 5)
        let path = RelativePath(name: Self.name)
        let id = try #require(JobID("0123456789ab"))
        var job = Job(id: id, pipeline: "oil", origin: path, place: path, identity: identity, at: .origin)
        job.failure = .incomplete(.takenOut(Self.name))
        let notes = try #require(FailureNotes(JobRecord(job: job), at: .origin, in: .zh))
        #expect(
            String(decoding: notes.text, as: UTF8.self)
                == "cat.png 已被从文件夹中取走。\n没有产生费用。\n请把流程需要的所有文件放进该文件夹，然后把文件夹移回 inbox。\n"
        )
        let document = String(decoding: try notes.json(), as: UTF8.self)
        #expect(document.contains("cat.png was taken out of the folder."))
        #expect(document.utf8.allSatisfy { $0 < 0x80 })
    }
}

extension Timestamp {
    fileprivate static let origin = Timestamp(milliseconds: 1_795_234_189_415)
}
