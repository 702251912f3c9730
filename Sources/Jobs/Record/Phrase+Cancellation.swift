// How jobs end that somebody wanted to end.
extension Phrase {
    static let cancelledWithoutSuccess = Phrase(
        "Cancelled; the task ended without success.",
        zh: "已取消；任务已结束，没有成功。",
        ru: "Отменено; задача завершилась безуспешно."
    )
    static let cancelledAndBilled = Phrase(
        "Cancelled; RunningHub bills the time already run.",
        zh: "已取消；RunningHub 会对已运行的时间计费。",
        ru: "Отменено; RunningHub берёт плату за уже отработанное время."
    )
    static let cancelledThere = Phrase(
        "The task was cancelled on RunningHub.",
        zh: "任务已在 RunningHub 上被取消。",
        ru: "Задача была отменена на RunningHub."
    )
    static let cancelledUnknown = Phrase(
        "Cancelled; RunningHub no longer knows the task.",
        zh: "已取消；RunningHub 已查不到该任务。",
        ru: "Отменено; RunningHub больше не знает этой задачи."
    )
    static let cancelledUnasked = Phrase(
        "Cancelled; RunningHub could not be asked about the task, which may have been paid: its key or site is no longer configured.",
        zh: "已取消；无法向 RunningHub 查询该任务（可能已计费）：其密钥或站点已不在配置中。",
        ru:
            "Отменено; узнать о задаче у RunningHub нельзя, она могла быть оплачена: её ключа или сайта больше нет в конфигурации."
    )
    static let cancelledRunning = Phrase(
        "Cancelled; RunningHub still runs the task and bills its time.",
        zh: "已取消；但任务仍在 RunningHub 上运行并计费。",
        ru: "Отменено; RunningHub всё ещё выполняет задачу и берёт плату за её время."
    )
    static let cancelledBeforeTask = Phrase(
        "Cancelled before a task was made.",
        zh: "在创建任务之前已取消。",
        ru: "Отменено до создания задачи."
    )
    static let cancelledBeforeSubmission = Phrase(
        "Cancelled before it was submitted.",
        zh: "在提交之前已取消。",
        ru: "Отменено до отправки."
    )
    static func cancelledWithOther(_ id: JobID) -> Phrase {
        Phrase(
            "Cancelled with job \(id), which was the same file.",
            zh: "已随任务 \(id) 一起取消：两者是同一个文件。",
            ru: "Отменено вместе с заданием \(id): это был тот же файл."
        )
    }
    static let takenAway = Phrase(
        "The file was taken away before it was submitted again.",
        zh: "文件在再次提交之前被取走。",
        ru: "Файл забрали до повторной отправки."
    )
}
