import Jobs
import Ledger

extension StatusText {
    static func running(_ pipeline: String, at now: Timestamp) -> Phrase {
        let time = LocalTime.text(now)
        return Phrase(
            "\(pipeline) is running. Written \(time); renewed at least every minute while there is work.",
            zh: "\(pipeline)：运行中。写于 \(time)；有任务时至少每分钟更新一次。",
            ru: "\(pipeline): работает. Записано \(time); пока есть работа, обновляется не реже раза в минуту."
        )
    }

    static func stopped(_ pipeline: String, at now: Timestamp) -> Phrase {
        let time = LocalTime.text(now)
        return Phrase(
            "\(pipeline) stopped at \(time); nothing is taken until it runs again. Tasks that run on RunningHub go on; their results are fetched then.",
            zh: "\(pipeline)：已于 \(time) 停止；重新运行之前不会处理任何文件。已在 RunningHub 上运行的任务会继续，结果将在重新运行后取回。",
            ru:
                "\(pipeline): остановлен \(time); пока он не запущен снова, ничего не берётся. Задачи, которые уже выполняются на RunningHub, продолжаются; их результаты будут получены после запуска."
        )
    }

    var figures: Phrase {
        Phrase(
            "\(waiting) waiting, \(underWay) running. Today: \(delivered) delivered, \(failed) failed.",
            zh: "等待 \(waiting) 个，处理中 \(underWay) 个。今天：完成 \(delivered) 个，失败 \(failed) 个。",
            ru: "Ожидают: \(waiting), в работе: \(underWay). Сегодня готово: \(delivered), с ошибкой: \(failed)."
        )
    }

    static func forecast(_ end: Timestamp, at now: Timestamp) -> Phrase {
        let (day, time) = (LocalTime.day(end), LocalTime.clock(end))
        guard day != LocalTime.day(now) else {
            return Phrase(
                "The last will be done at about \(time).",
                zh: "预计最后一个在 \(time) 左右完成。",
                ru: "Последний будет готов примерно в \(time)."
            )
        }
        return Phrase(
            "The last will be done on \(day) at about \(time).",
            zh: "预计最后一个在 \(day) \(time) 左右完成。",
            ru: "Последний будет готов \(day) примерно в \(time)."
        )
    }

    static func listHead(_ count: Int, isEndless: Bool) -> Phrase {
        let number = isEndless ? ">\(count)" : "\(count)"
        return Phrase(
            "In this folder and not taken yet (\(number)):",
            zh: "此文件夹中还没有取走的（\(number) 个）：",
            ru: "Лежит в этой папке и ещё не взято (\(number)):"
        )
    }

    static func more(_ count: Int, isEndless: Bool) -> Phrase {
        isEndless
            ? Phrase("and more than \(count) more", zh: "另外还有 \(count) 个以上", ru: "и ещё больше \(count)")
            : Phrase("and \(count) more", zh: "另外还有 \(count) 个", ru: "и ещё \(count)")
    }

    /// That some of those that wait are the same as others.
    static func same(_ count: Int) -> Phrase {
        Phrase(
            "Of those waiting, \(count) \(count == 1 ? "is" : "are") the same as a file that is under way already: no second task is paid, and each goes to done/ with the other.",
            zh: "等待的文件中有 \(count) 个与正在处理的文件相同：不会重复付费，它们会随另一个文件一起进入 done/。",
            ru:
                "Среди ожидающих совпадают с файлами, которые уже в работе: \(count). Вторая задача не оплачивается, и каждый такой файл попадёт в done/ вместе с другим."
        )
    }

    /// How long originals are kept; nothing where nothing is ever deleted.
    static func keeping(_ retention: Pipeline.Retention, of pipeline: String) -> Phrase? {
        let folders = [("done", retention.done), ("failed", retention.failed)]
        let sentences = folders.compactMap { folder, span in span.map { kept("\(folder)/\(pipeline)", $0) } }
        return sentences.isEmpty ? nil : .joined(sentences)
    }

    private static func kept(_ folder: String, _ span: Duration) -> Phrase {
        let (number, isDays) = span.daysOrHours
        return Phrase(
            "What lies in \(folder) is deleted after \(number) \(isDays ? "days" : "hours").",
            zh: "\(folder) 中的文件会在 \(number) \(isDays ? "天" : "小时")后删除。",
            ru: "Файлы в \(folder) удаляются через \(number) \(isDays ? "дн." : "ч.")"
        )
    }

    static func withdrawing(_ pipeline: String) -> Phrase {
        Phrase(
            "To withdraw a file, take it out of the folder work/\(pipeline) before it is uploaded: then nothing is paid for it.",
            zh: "要撤回文件，请在上传之前把它从文件夹 work/\(pipeline) 中取走：这样不会产生费用。",
            ru:
                "Чтобы отозвать файл, заберите его из папки work/\(pipeline) до загрузки: тогда за него ничего не придётся платить."
        )
    }
}

extension Obstacle {
    /// What everything waits for, for people who know nothing but folders.
    ///
    /// - Parameters:
    ///   - isBusy: whether tasks of the pipeline run: that all places are taken then goes without saying.
    ///   - wall: puts a time of the ledger's clock on the wall clock.
    /// - Returns: a sentence, or nothing where there is nothing to wonder about.
    func sentence(isBusy: Bool, wall: (Timestamp) -> Timestamp) -> Phrase? {
        switch self {
        case .notInService:
            Phrase(
                "This folder is out of service: nothing is taken from it. What waits is kept, and goes on when an administrator has put it back.",
                zh: "此文件夹已停用：不会从中取走任何文件。等待中的内容会保留，管理员恢复后继续处理。",
                ru:
                    "Эта папка выведена из работы: из неё ничего не берётся. Всё ожидающее сохранено и продолжится, когда администратор её вернёт."
            )
        case .held(let hold, _): Self.held(hold.reason)
        case .away(let sentence), .taken(let sentence): sentence
        case .diskLow:
            Phrase(
                "There is too little room on the disk: nothing is sent until there is more; it goes on by itself.",
                zh: "磁盘空间不足：腾出空间之前不会提交任务；之后自动继续。",
                ru:
                    "На диске слишком мало места: пока его не освободят, ничего не отправляется; дальше всё продолжится само."
            )
        case .spent(let spent): Self.spent(spent)
        case .noKey(let names) where !names.isEmpty:
            Phrase(
                "The API keys that this folder is set up for are not there (\(names.joined(separator: ", "))). An administrator corrects that.",
                zh: "此文件夹所用的 API 密钥（\(names.joined(separator: "、"))）不存在。请管理员更正。",
                ru:
                    "Ключей API, заданных для этой папки, нет (\(names.joined(separator: ", "))). Исправить это может администратор."
            )
        case .noKey:
            Phrase(
                "There is no API key, so nothing can be sent. An administrator adds one with: runninghubd key add NAME",
                zh: "还没有 API 密钥，因此无法提交任务。请管理员添加：runninghubd key add NAME",
                ru:
                    "Нет ключа API, поэтому отправить ничего нельзя. Администратор добавляет его командой: runninghubd key add NAME"
            )
        case .keyRests(_, _, _, isFull: true) where isBusy: nil
        case .keyRests(let key, let reason, let until, _): Self.rests(key, reason, at: LocalTime.clock(wall(until)))
        case .full where isBusy: nil
        case .full:
            Phrase(
                "All places for tasks are taken, by other pipelines too; it goes on when a task has ended.",
                zh: "任务名额已全部占用（包括其他流程的任务）；有任务结束后自动继续。",
                ru:
                    "Все места для задач заняты, в том числе другими конвейерами; работа продолжится, когда какая-нибудь задача закончится."
            )
        }
    }

    private static func held(_ reason: Phrase) -> Phrase {
        Phrase(
            "On hold (\(reason.english)): nothing new is sent until an administrator releases it.",
            zh: "已暂停（\(reason.text(in: .zh))）：管理员放行之前不会提交新任务。",
            ru:
                "Приостановлено (\(reason.text(in: .ru))): пока администратор не снимет остановку, новое не отправляется."
        )
    }

    private static func spent(_ spent: Spent) -> Phrase {
        .joined([
            spent.sentence,
            Phrase(
                "Nothing new is sent until midnight; then it goes on by itself.",
                zh: "午夜之前不会提交新任务；之后自动继续。",
                ru: "До полуночи новое не отправляется; дальше всё продолжится само."
            ),
        ])
    }

    private static func rests(_ key: String, _ reason: Phrase, at time: String) -> Phrase {
        Phrase(
            "Key \(key) cannot be used now: \(reason.clause(in: .en)). It is tried again at \(time).",
            zh: "密钥 \(key) 暂时不能使用：\(reason.clause(in: .zh))。将在 \(time) 重试。",
            ru: "Ключ \(key) сейчас использовать нельзя: \(reason.clause(in: .ru)). Новая попытка в \(time)."
        )
    }

    /// RunningHub has not answered since this time of the wall clock.
    static func silence(since: Timestamp) -> Phrase {
        let time = LocalTime.clock(since)
        return Phrase(
            "RunningHub has not been reachable since \(time). It is tried again and again, and nothing is lost.",
            zh: "自 \(time) 起无法连接 RunningHub。会不断重试，文件不会丢失。",
            ru: "RunningHub недоступен с \(time). Попытки продолжаются, ничего не потеряется."
        )
    }
}

extension Duration {
    /// In days where there are whole ones, else in hours, rounded upwards: nothing goes sooner than was said.
    fileprivate var daysOrHours: (Int64, isDays: Bool) {
        let hours = max(1, (components.seconds + 3599) / 3600)
        return hours >= 48 ? ((hours + 23) / 24, true) : (hours, false)
    }
}
