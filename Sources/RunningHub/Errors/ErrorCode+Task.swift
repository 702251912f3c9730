import Jobs

extension ErrorCode {
    /// Codes of tasks.
    static let task: [ErrorCode] = [
        ErrorCode(
            423,
            "TASK_NOT_FOUNED",
            Phrase(
                "RunningHub does not know this task.",
                zh: "RunningHub 查不到这个任务。",
                ru: "RunningHub не знает такой задачи."
            ),
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(
            433,
            "VALIDATE_PROMPT_FAILED",
            Phrase(
                "The workflow does not accept these values.",
                zh: "工作流不接受这些值。",
                ru: "Рабочий процесс не принимает эти значения."
            ),
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            435,
            "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
            Phrase(
                "The account has no exclusive machine of this type.",
                zh: "账户没有这种类型的独占机器。",
                ru: "У аккаунта нет выделенной машины такого типа."
            ),
            hint: Phrase(
                "Check the pipeline's `instance_type` against the machines that were rented.",
                zh: "请核对流程中的 `instance_type` 与所租用的机器是否一致。",
                ru: "Сверьте `instance_type` конвейера с арендованными машинами."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            803,
            "APIKEY_INVALID_NODE_INFO",
            Phrase(
                "The pipeline's nodes do not match the workflow.",
                zh: "流程中的节点与工作流不匹配。",
                ru: "Узлы конвейера не подходят к рабочему процессу."
            ),
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            804,
            "APIKEY_TASK_IS_RUNNING",
            Phrase("The task is running.", zh: "任务正在运行。", ru: "Задача выполняется."),
            hint: willBeAsked,
            query: .waiting(.running)
        ),
        ErrorCode(
            805,
            "APIKEY_TASK_STATUS_ERROR",
            Phrase("The task failed.", zh: "任务失败。", ru: "Задача завершилась ошибкой."),
            hint: Phrase(
                "Read the reason; run the workflow once on the site with the same file to see more.",
                zh: "请查看原因；在网站上用同一个文件运行一次该工作流，可以看到更多信息。",
                ru: "Прочитайте причину; запустите рабочий процесс на сайте с тем же файлом — там видно больше."
            ),
            query: .failed,
            failure: .mayPass
        ),
        ErrorCode(
            807,
            "APIKEY_TASK_NOT_FOUND",
            Phrase(
                "RunningHub does not know this task.",
                zh: "RunningHub 查不到这个任务。",
                ru: "RunningHub не знает такой задачи."
            ),
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(
            810,
            "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING",
            Phrase(
                "The workflow was never saved and run on the site.",
                zh: "这个工作流从未在网站上保存并运行过。",
                ru: "Этот рабочий процесс ни разу не сохраняли и не запускали на сайте."
            ),
            hint: Phrase(
                "Open the workflow on the site, save it and run it once; then retry.",
                zh: "请在网站上打开该工作流，保存并运行一次，然后重试。",
                ru: "Откройте рабочий процесс на сайте, сохраните и один раз запустите его, затем повторите."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            813,
            "APIKEY_TASK_IS_QUEUED",
            Phrase("The task is waiting.", zh: "任务正在排队。", ru: "Задача ждёт в очереди."),
            hint: willBeAsked,
            query: .waiting(.queued)
        ),
        ErrorCode(
            901,
            "WEBAPP_NOT_EXISTS",
            Phrase(
                "RunningHub has no AI app with this id.",
                zh: "RunningHub 上没有这个编号的 AI 应用。",
                ru: "На RunningHub нет AI-приложения с таким номером."
            ),
            hint: Phrase(
                "Check the pipeline's `ai_app` id, and that it is on the site that `base_url` names.",
                zh: "请检查流程中的 `ai_app` 编号，并确认它在 `base_url` 所指的站点上。",
                ru: "Проверьте номер `ai_app` в конвейере и что оно есть на сайте, указанном в `base_url`."
            ),
            submit: .nothingCreated(.permanent)
        ),
    ]
}
