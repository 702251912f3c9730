import Jobs

// What is said of results that cannot be had, and what to do about refusals for which RunningHub gives no advice.
extension Phrase {
    static let correctPipeline = Phrase(
        "Correct the pipeline, then move the file back into the inbox.",
        zh: "请改正流程，然后把文件移回 inbox。",
        ru: "Исправьте конвейер, затем верните файл в inbox."
    )

    static let checkFile = Phrase(
        "Check the file, then move it back into the inbox.",
        zh: "请检查文件，然后把它移回 inbox。",
        ru: "Проверьте файл, затем верните его в inbox."
    )

    static let lookAtTask = Phrase(
        "Look at the task on the RunningHub site.",
        zh: "请在 RunningHub 网站上查看该任务。",
        ru: "Посмотрите эту задачу на сайте RunningHub."
    )

    static let resultsGone = Phrase(
        "The task succeeded, but its results are no longer kept by RunningHub.",
        zh: "任务已成功，但 RunningHub 已不再保留结果。",
        ru: "Задача выполнена, но RunningHub уже не хранит её результаты."
    )

    static let askOnceMoreThenPay = Phrase(
        "Moving the file back into the inbox asks for the results once more, then pays for a new task.",
        zh: "把文件移回 inbox 会再次查询结果，查不到则付费运行新任务。",
        ru: "Если вернуть файл в inbox, результаты будут запрошены ещё раз, а затем будет оплачена новая задача."
    )

    static let resultsUnfetched = Phrase(
        "The task succeeded, but its results could not be fetched.",
        zh: "任务已成功，但无法取回结果。",
        ru: "Задача выполнена, но получить её результаты не удалось."
    )

    static let fetchAgainForFree = Phrase(
        "Then move the file back into the inbox: the results are asked for again, nothing is paid again.",
        zh: "然后把文件移回 inbox：会再次取回结果，不会重复付费。",
        ru: "Затем верните файл в inbox: результаты будут запрошены снова, платить второй раз не придётся."
    )

    static func resultTooLarge(_ limit: Int64) -> Phrase {
        Phrase(
            "The task succeeded, but a result is larger than limits.output allows (\(limit) bytes).",
            zh: "任务已成功，但有一个结果超过 limits.output 的上限（\(limit) 字节）。",
            ru: "Задача выполнена, но один из результатов больше, чем допускает limits.output (\(limit) байт)."
        )
    }

    static let raiseOutputLimit = Phrase(
        "Raise limits.output, restart, and move the file back into the inbox: nothing is paid again.",
        zh: "请调大 limits.output，重启服务，并把文件移回 inbox：不会重复付费。",
        ru: "Увеличьте limits.output, перезапустите службу и верните файл в inbox: платить второй раз не придётся."
    )

    static let foldersAway = Phrase(
        "the pipeline's folders are away",
        zh: "流程的文件夹不在",
        ru: "папок конвейера нет на месте"
    )

    static let notPutAway = Phrase(
        "its job has ended, and is not put away yet",
        zh: "它的任务已结束，但尚未归档",
        ru: "его задание завершено, но ещё не убрано на место"
    )

    static let resultsAwaited = Phrase(
        "its results are coming after all, and it is put away with them",
        zh: "它的结果随后就到，文件会随结果一起归档",
        ru: "его результаты всё же будут, и он будет убран вместе с ними"
    )

    static func ofFormerPipeline(_ job: Job) -> Phrase {
        Phrase(
            "it is the file of job \(job.id) of pipeline \(job.pipeline), which is not configured any more, and whose task may have been paid: give the pipeline that name again, or drop a copy of the file to pay for a new task",
            zh: "它是流程 \(job.pipeline) 的任务 \(job.id) 的文件，该流程已不在配置中，其任务可能已付费：请恢复该流程的名称，或放入文件的副本以付费运行新任务",
            ru:
                "это файл задания \(job.id) конвейера \(job.pipeline), которого больше нет в конфигурации, а его задача могла быть оплачена: верните конвейеру это имя или положите копию файла, чтобы оплатить новую задачу"
        )
    }

    static let ledgerUnwritable = Phrase(
        "the ledger cannot be written",
        zh: "无法写入任务记录",
        ru: "не удаётся записать журнал заданий"
    )
}
