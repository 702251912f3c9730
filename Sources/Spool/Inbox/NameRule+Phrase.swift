package import Jobs

extension NameRule {
    /// The rule as the end of a sentence that begins with «Not taken: ».
    package var phrase: Phrase {
        switch self {
        case .hidden:
            Phrase(
                "names that begin with a dot never are",
                zh: "以点开头的名称一律不处理",
                ru: "имена, которые начинаются с точки, пропускаются"
            )
        case .unfinished(let pattern):
            Phrase(
                "\(pattern) is how programs name what they have not finished",
                zh: "程序用 \(pattern) 这样的名称存放尚未完成的文件",
                ru: "так (\(pattern)) программы называют то, что ещё не закончили"
            )
        case .system(let name):
            Phrase(
                "\(name) belongs to a system or a storage device",
                zh: "\(name) 属于操作系统或存储设备",
                ru: "\(name) принадлежит системе или устройству хранения"
            )
        case .companion(let pattern):
            Phrase(
                "\(pattern) goes with another file and is none to process",
                zh: "\(pattern) 是其他文件的附属文件，无需处理",
                ru: "\(pattern) — приложение к другому файлу, обрабатывать его не нужно"
            )
        case .own(let pattern):
            Phrase(
                "\(pattern) is how runninghubd names its own files",
                zh: "\(pattern) 是 runninghubd 自己使用的文件名",
                ru: "так (\(pattern)) runninghubd называет собственные файлы"
            )
        case .ignored(let glob):
            Phrase("inbox.ignore has \(glob)", zh: "inbox.ignore 中列有 \(glob)", ru: "в inbox.ignore указано \(glob)")
        case .parameters(let parameters): parameters.phrase
        case .misnamedParameters(let name):
            Phrase(
                "parameters are read from files that end in .yaml; call it \(name)",
                zh: "只从以 .yaml 结尾的文件读取参数；请改名为 \(name)",
                ru: "параметры читаются из файлов с окончанием .yaml; переименуйте его в \(name)"
            )
        }
    }
}
