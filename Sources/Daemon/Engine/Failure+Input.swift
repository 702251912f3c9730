import Jobs
import Spool

// Why what was dropped cannot be sent.
extension Failure {
    /// A job folder that is not, or no longer, whole.
    static func incomplete(_ message: Phrase) -> Failure {
        Failure(
            .incomplete,
            message: message,
            hint: Phrase(
                "Put all files that the pipeline names into the folder, then move the folder back into the inbox.",
                zh: "请把流程需要的所有文件放进该文件夹，然后把文件夹移回 inbox。",
                ru: "Положите в папку все файлы, которые нужны конвейеру, и верните папку в inbox."
            ),
            mayHaveBeenPaid: false
        )
    }

    /// A file that has to be uploaded, over the limit; `name` where the job has several.
    static func overUploadLimit(_ name: FileName?, _ size: Int64, _ pipeline: Pipeline) -> Failure {
        notAccepted(
            Phrase { language in
                let what = theFile(name, in: language)
                let (limit, pipeline) = (pipeline.limits.upload, pipeline.name)
                return switch language {
                case .en: "\(what) has \(size) bytes; limits.upload of pipeline \(pipeline) allows \(limit)."
                case .zh: "\(what)有 \(size) 字节；流程 \(pipeline) 的 limits.upload 最多允许 \(limit) 字节。"
                case .ru: "\(what): \(size) байт; limits.upload конвейера \(pipeline) допускает \(limit)."
                }
            },
            Phrase(
                "Make it smaller, or use {url} in the pipeline for larger files; then move it back into the inbox.",
                zh: "请缩小文件，或在流程中对大文件使用 {url}；然后把它移回 inbox。",
                ru: "Уменьшите файл или укажите в конвейере {url} для больших файлов; затем верните его в inbox."
            )
        )
    }

    /// A text that is too long for a node's value.
    static func longText(_ name: FileName?, _ size: Int64, limit: Int64) -> Failure {
        notAccepted(
            Phrase { language in
                let what = theFile(name, in: language)
                return switch language {
                case .en: "\(what) has \(size) bytes; a text of at most \(limit) fits into a node."
                case .zh: "\(what)有 \(size) 字节；一个节点最多容纳 \(limit) 字节的文本。"
                case .ru: "\(what): \(size) байт; в узел помещается текст не длиннее \(limit) байт."
                }
            },
            Phrase(
                "Shorten it, then move it back into the inbox.",
                zh: "请缩短文本，然后把它移回 inbox。",
                ru: "Сократите текст и верните файл в inbox."
            )
        )
    }

    /// What should be a text and is none.
    static func noText(_ name: FileName?, _ pipeline: Pipeline) -> Failure {
        notAccepted(
            Phrase { language in
                let what = theFile(name, in: language)
                return switch language {
                case .en: "\(what) is no text in UTF-8; pipeline \(pipeline.name) puts its content into a node."
                case .zh: "\(what)不是 UTF-8 文本；流程 \(pipeline.name) 要把它的内容填入节点。"
                case .ru: "\(what) — не текст в UTF-8; конвейер \(pipeline.name) подставляет его содержимое в узел."
                }
            },
            Phrase(
                "Save it as plain text in UTF-8 (.txt), then move it back into the inbox.",
                zh: "请另存为 UTF-8 纯文本（.txt），然后把它移回 inbox。",
                ru: "Сохраните его как обычный текст в UTF-8 (.txt) и верните в inbox."
            )
        )
    }

    /// A file of a kind that the pipeline does not take.
    static func otherKind(_ name: FileName?, _ kind: MediaKind, _ pipeline: Pipeline) -> Failure {
        let kinds = pipeline.accept.isEmpty ? MediaKind.listed.map(\.rawValue).sorted() : pipeline.accept
        let list = kinds.joined(separator: ", ")
        let known = kind == .unknown ? nil : kind.rawValue
        return notAccepted(
            Phrase { language in
                let what = theFile(name, in: language)
                switch language {
                case .en:
                    let found = known.map { "of kind \($0)" } ?? "of no known kind"
                    return "\(what) is \(found) by its content; pipeline \(pipeline.name) takes \(list)."
                case .zh:
                    let found = known.map { "从内容看是 \($0)" } ?? "从内容看不是已知的类型"
                    return "\(what)\(found)；流程 \(pipeline.name) 只接受 \(list)。"
                case .ru:
                    let found = known.map { "по содержимому — \($0)" } ?? "по содержимому неизвестного вида"
                    return "\(what) \(found); конвейер \(pipeline.name) принимает \(list)."
                }
            },
            Phrase(
                "Convert it, or add the kind to accept: in the pipeline's file; then move it back into the inbox.",
                zh: "请转换格式，或在流程文件的 accept: 中加入该类型；然后把它移回 inbox。",
                ru: "Преобразуйте файл или добавьте этот вид в accept: в файле конвейера; затем верните его в inbox."
            )
        )
    }

    private static func notAccepted(_ message: Phrase, _ hint: Phrase) -> Failure {
        Failure(.notAccepted, message: message, hint: hint, mayHaveBeenPaid: false)
    }

    private static func theFile(_ name: FileName?, in language: Language) -> String {
        if let name { return language == .zh ? "\(name) " : "\(name)" }
        return switch language {
        case .en: "The file"
        case .zh: "文件"
        case .ru: "Файл"
        }
    }
}

extension Phrase {
    /// A file of a job folder is gone.
    static func takenOut(_ name: FileName) -> Phrase {
        Phrase(
            "\(name) was taken out of the folder.",
            zh: "\(name) 已被从文件夹中取走。",
            ru: "\(name) забрали из папки."
        )
    }

    /// The pipeline was one of job folders when the job was taken.
    static let folderForFiles = Phrase(
        "The pipeline takes single files, and this is a folder that was taken as one job.",
        zh: "此流程处理单个文件，而这是一个作为整体取走的文件夹。",
        ru: "Конвейер принимает отдельные файлы, а это папка, взятая как одно задание."
    )

    /// The pipeline was one of single files when the job was taken.
    static func fileForFolders(_ wanted: Pipeline.JobFolder) -> Phrase {
        Phrase(
            "The pipeline takes folders with \(wanted.phrase.english) in them, and this is a single file.",
            zh: "此流程只接受包含 \(wanted.phrase.text(in: .zh)) 的文件夹，而这是单个文件。",
            ru: "Конвейер принимает папки, в которых есть \(wanted.phrase.text(in: .ru)), а это отдельный файл."
        )
    }

    /// A job folder without these files.
    static func folderLacks(_ lacking: Pipeline.JobFolder) -> Phrase {
        Phrase(
            "The folder lacks \(lacking.phrase.english).",
            zh: "文件夹中缺少 \(lacking.phrase.text(in: .zh))。",
            ru: "В папке не хватает: \(lacking.phrase.text(in: .ru))."
        )
    }
}
