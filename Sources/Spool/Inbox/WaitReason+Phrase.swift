package import Jobs

extension WaitReason {
    /// The reason for a person, with times as they lie from `now`.
    package func phrase(at now: Timestamp) -> Phrase {
        switch self {
        case .ignoredName(let rule): .notTaken(rule.phrase)
        case .inIgnoredFolder(let folder, let rule):
            .notTaken(
                Phrase(
                    "it lies in \(folder); \(rule.phrase.english)",
                    zh: "它位于 \(folder) 中；\(rule.phrase.text(in: .zh))",
                    ru: "лежит в папке \(folder); \(rule.phrase.text(in: .ru))"
                )
            )
        case .symbolicLink:
            Phrase(
                "Not taken: it is a symbolic link. Drop the file itself.",
                zh: "不会处理：这是符号链接。请放入文件本身。",
                ru: "Не берётся: это символическая ссылка. Положите сам файл."
            )
        case .pipe:
            .notTaken(
                Phrase("it is a named pipe, not a file", zh: "这是命名管道，不是文件", ru: "это именованный канал, а не файл")
            )
        case .socket: .notTaken(Phrase("it is a socket, not a file", zh: "这是套接字，不是文件", ru: "это сокет, а не файл"))
        case .device: .notTaken(Phrase("it is a device, not a file", zh: "这是设备，不是文件", ru: "это устройство, а не файл"))
        case .tooDeep:
            .notTaken(
                Phrase(
                    "it lies more than \(RelativePath.maximumDepth) folders deep",
                    zh: "它所在的文件夹超过 \(RelativePath.maximumDepth) 层",
                    ru: "лежит глубже \(RelativePath.maximumDepth) вложенных папок"
                )
            )
        case .notInJobFolder(let wanted):
            .notTaken(
                Phrase(
                    "this pipeline takes folders with \(wanted.phrase.english) in them",
                    zh: "此流程只接受包含 \(wanted.phrase.text(in: .zh)) 的文件夹",
                    ru: "этот конвейер принимает папки, в которых есть \(wanted.phrase.text(in: .ru))"
                )
            )
        case .holdsTooMuch:
            .notTaken(
                Phrase(
                    "more than \(JobFolders.entryLimit) files and folders are in it",
                    zh: "其中的文件和文件夹超过 \(JobFolders.entryLimit) 个",
                    ru: "в ней больше \(JobFolders.entryLimit) файлов и папок"
                )
            )
        case .unreadable(let cure):
            Phrase(
                "May not be read by runninghubd. Cure: \(cure)",
                zh: "runninghubd 没有读取权限。解决办法：\(cure)",
                ru: "У runninghubd нет права на чтение. Поможет команда: \(cure)"
            )
        case .unmovable(let cure):
            Phrase(
                "May not be moved by runninghubd. Cure: \(cure)",
                zh: "runninghubd 没有移动权限。解决办法：\(cure)",
                ru: "У runninghubd нет права на перемещение. Поможет команда: \(cure)"
            )
        case .beingWritten(let since, let until):
            Phrase(
                "Still being written: unchanged for \(Self.span(now - since).english), taken in \(Self.span(until - now).english) if it stays so.",
                zh:
                    "仍在写入：已有 \(Self.span(now - since).text(in: .zh))没有变化，如果保持不变，\(Self.span(until - now).text(in: .zh))后开始处理。",
                ru:
                    "Ещё записывается: не меняется \(Self.span(now - since).text(in: .ru)); если так и останется, будет взят через \(Self.span(until - now).text(in: .ru))."
            )
        case .heldOpen(let since):
            Phrase(
                "Still being written: the program that made it has it open (last change seen \(Self.span(now - since).english) ago). Taken when it is closed.",
                zh: "仍在写入：生成它的程序还没有关闭它（最近一次变化在 \(Self.span(now - since).text(in: .zh))前）。关闭后开始处理。",
                ru:
                    "Ещё записывается: программа, которая его создала, держит его открытым (последнее изменение \(Self.span(now - since).text(in: .ru)) назад). Будет взят, когда она его закроет."
            )
        case .empty:
            Phrase(
                "Empty. Taken when it has content.",
                zh: "空文件。有内容后开始处理。",
                ru: "Пустой. Будет взят, когда в нём что-нибудь появится."
            )
        case .awaitingTurn:
            Phrase(
                "Complete, and about to be taken.",
                zh: "已写完，即将处理。",
                ru: "Записан полностью, сейчас будет взят."
            )
        case .setAside(let message, let until):
            Phrase(
                "Could not be taken: \(message.clause(in: .en)). Tried again in \(Self.span(until - now).english).",
                zh: "未能取走：\(message.clause(in: .zh))。\(Self.span(until - now).text(in: .zh))后重试。",
                ru:
                    "Не удалось взять: \(message.clause(in: .ru)). Новая попытка через \(Self.span(until - now).text(in: .ru))."
            )
        case .notYetSeen:
            Phrase(
                "Not looked at yet; that is done next.",
                zh: "还没有查看，马上就会查看。",
                ru: "Ещё не просмотрен; это будет сделано в первую очередь."
            )
        case .away:
            Phrase(
                "The inbox's folder is away (its disk not mounted?). Nothing is taken until it is back.",
                zh: "inbox 文件夹不在（磁盘没有挂载？）。恢复之前不会处理任何文件。",
                ru: "Папки inbox нет на месте (диск не подключён?). Пока она не вернётся, ничего не берётся."
            )
        case .lacksFiles(let stems, let until): Self.lacks(stems, for: until - now)
        case .severalFiles(let stem, let names): Self.several(stem, names)
        case .foldersOfJobs:
            Phrase(
                "A folder of folders: each of those is a job of its own.",
                zh: "其中每个文件夹都单独处理。",
                ru: "Папка с папками: каждая из них обрабатывается отдельно."
            )
        case .batchFolder:
            Phrase(
                "A folder: each file in it is a job of its own.",
                zh: "文件夹：其中每个文件都单独处理。",
                ru: "Папка: каждый файл в ней обрабатывается отдельно."
            )
        case .within(let path, let reason):
            Phrase(
                "\(path) in it: \(reason.phrase(at: now).english)",
                zh: "其中的 \(path)：\(reason.phrase(at: now).text(in: .zh))",
                ru: "\(path) в ней: \(reason.phrase(at: now).text(in: .ru))"
            )
        case .awaitingParameters(let sentence): sentence
        }
    }

    private static func lacks(_ stems: [String], for rest: Duration) -> Phrase {
        let files = Pipeline.JobFolder.phrase(of: stems)
        return Phrase(
            "Waits for \(files.english); fails in \(span(rest).english) without \(stems.count == 1 ? "it" : "them").",
            zh: "还缺 \(files.text(in: .zh))；如果一直没有，\(span(rest).text(in: .zh))后按失败处理。",
            ru:
                "Не хватает: \(files.text(in: .ru)). Если не появится, через \(span(rest).text(in: .ru)) папка уйдёт в failed."
        )
    }

    private static func several(_ stem: String, _ names: [FileName]) -> Phrase {
        let list = names.map(\.description).joined(separator: ", ")
        return Phrase(
            "Waits: \(stem.isEmpty ? "more than one further file" : "more than one file for \(stem)") (\(list)). Take away all but one.",
            zh: "等待：\(stem.isEmpty ? "另外的文件不止一个" : "\(stem) 对应的文件不止一个")（\(list)）。请只保留一个。",
            ru:
                "Ожидание: \(stem.isEmpty ? "дополнительных файлов больше одного" : "для \(stem) больше одного файла") (\(list)). Оставьте только один."
        )
    }

    private static func span(_ duration: Duration) -> Phrase {
        let seconds = max(0, duration.milliseconds / 1000)
        return switch seconds {
        case ..<120: Phrase("\(seconds) s", zh: "\(seconds) 秒", ru: "\(seconds) с")
        case ..<7200: Phrase("\(seconds / 60) min", zh: "\(seconds / 60) 分钟", ru: "\(seconds / 60) мин")
        default: Phrase("\(seconds / 3600) h", zh: "\(seconds / 3600) 小时", ru: "\(seconds / 3600) ч")
        }
    }
}

extension Phrase {
    fileprivate static func notTaken(_ reason: Phrase) -> Phrase {
        Phrase(
            "Not taken: \(reason.english).",
            zh: "不会处理：\(reason.text(in: .zh))。",
            ru: "Не берётся: \(reason.text(in: .ru))."
        )
    }
}

extension Pipeline.JobFolder {
    /// What the folder must hold, for a person: «person, clothes and one further file».
    package var phrase: Phrase {
        Self.phrase(of: stems + (hasOther ? [""] : []))
    }

    /// Files of these stems as people say it; an empty one is the further file.
    package static func phrase(of stems: [String]) -> Phrase {
        Phrase(
            list(stems, other: "one further file", and: " and ", separator: ", ", none: "files"),
            zh: list(stems, other: "另外一个文件", and: " 和 ", separator: "、", none: "文件"),
            ru: list(stems, other: "ещё один файл", and: " и ", separator: ", ", none: "файлы")
        )
    }

    private static func list(
        _ stems: [String],
        other: String,
        and: String,
        separator: String,
        none: String
    ) -> String {
        let names = stems.map { $0.isEmpty ? other : $0 }
        guard let last = names.last else { return none }
        return names.count == 1 ? last : names.dropLast().joined(separator: separator) + and + last
    }
}
