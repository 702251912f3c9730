import Jobs

extension ErrorCode {
    /// Codes of any question.
    static let general: [ErrorCode] = [
        ErrorCode(
            1,
            nil,
            Phrase("RunningHub could not do this.", zh: "RunningHub 未能完成此操作。", ru: "RunningHub не смог этого сделать."),
            hint: askSupport
        ),
        ErrorCode(
            301,
            "PARAMS_INVALID",
            Phrase(
                "A parameter is missing or not allowed.",
                zh: "参数缺失或不被允许。",
                ru: "Какого-то параметра не хватает, или он недопустим."
            ),
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            380,
            "WORKFLOW_NOT_EXISTS",
            Phrase(
                "RunningHub has no workflow with this id.",
                zh: "RunningHub 上没有这个编号的工作流。",
                ru: "На RunningHub нет рабочего процесса с таким номером."
            ),
            hint: Phrase(
                "Check the pipeline's `workflow` id, and that it is on the site that `base_url` names.",
                zh: "请检查流程中的 `workflow` 编号，并确认它在 `base_url` 所指的站点上。",
                ru: "Проверьте номер `workflow` в конвейере и что он есть на сайте, указанном в `base_url`."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            412,
            "TOKEN_INVALID",
            Phrase(
                "RunningHub does not know this API key.",
                zh: "RunningHub 不认识这个 API 密钥。",
                ru: "RunningHub не знает этого ключа API."
            ),
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            500,
            "UNKNOWN_ERROR",
            Phrase(
                "RunningHub had an internal error.",
                zh: "RunningHub 发生内部错误。",
                ru: "На стороне RunningHub произошла внутренняя ошибка."
            ),
            hint: askSupport,
            failure: .mayPass
        ),
    ]

    /// Codes of the 1000 series that may come anywhere.
    static let flat: [ErrorCode] = [
        ErrorCode(
            1000,
            nil,
            Phrase(
                "RunningHub had an unknown error.",
                zh: "RunningHub 发生未知错误。",
                ru: "На стороне RunningHub произошла неизвестная ошибка."
            ),
            hint: askSupport,
            failure: .mayPass
        ),
        ErrorCode(
            1001,
            nil,
            Phrase(
                "RunningHub does not know this address.",
                zh: "RunningHub 不认识这个地址。",
                ru: "RunningHub не знает такого адреса."
            ),
            hint: Phrase(
                "Check `base_url`, and the pipeline's id and `api`.",
                zh: "请检查 `base_url`，以及流程的编号和 `api`。",
                ru: "Проверьте `base_url`, а также номер и `api` конвейера."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1004,
            nil,
            Phrase(
                "RunningHub does not know this task, or no longer.",
                zh: "RunningHub 查不到这个任务，或已不再保留。",
                ru: "RunningHub не знает такой задачи — или уже не помнит её."
            ),
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(
            1005,
            nil,
            Phrase(
                "RunningHub had an internal error.",
                zh: "RunningHub 发生内部错误。",
                ru: "На стороне RunningHub произошла внутренняя ошибка."
            ),
            hint: askSupport,
            failure: .mayPass
        ),
        ErrorCode(
            1006,
            nil,
            Phrase(
                "The task took longer than RunningHub allows.",
                zh: "任务运行时间超过了 RunningHub 的限制。",
                ru: "Задача выполнялась дольше, чем разрешает RunningHub."
            ),
            hint: Phrase(
                "Try a smaller input, or `instance_type: plus`.",
                zh: "请使用更小的输入，或设置 `instance_type: plus`。",
                ru: "Попробуйте файл поменьше или `instance_type: plus`."
            ),
            failure: .mayPass
        ),
        ErrorCode(
            1007,
            nil,
            Phrase(
                "RunningHub does not accept a parameter.",
                zh: "RunningHub 不接受某个参数。",
                ru: "RunningHub не принимает один из параметров."
            ),
            hint: checkNodes,
            submit: .nothingCreated(.permanent),
            query: .unknownTask
        ),
        ErrorCode(
            1009,
            nil,
            Phrase(
                "RunningHub does not offer this method.",
                zh: "RunningHub 不支持这种请求方式。",
                ru: "RunningHub не поддерживает такой способ запроса."
            ),
            hint: Phrase(
                "Check the pipeline's `api`; if it is right, report this as a fault of the daemon.",
                zh: "请检查流程中的 `api`；如果没有错，请将此作为本服务的问题反馈。",
                ru: "Проверьте `api` конвейера; если там всё верно, сообщите об этом как об ошибке службы."
            ),
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1012,
            nil,
            Phrase(
                "A service behind RunningHub did not answer well.",
                zh: "RunningHub 背后的服务没有正常应答。",
                ru: "Один из сервисов, которыми пользуется RunningHub, ответил с ошибкой."
            ),
            hint: askSupport,
            failure: .mayPass
        ),
        ErrorCode(
            1015,
            nil,
            Phrase("The generation failed.", zh: "生成失败。", ru: "Генерация не удалась."),
            hint: Phrase(
                "Retry once; if it fails again, change the input.",
                zh: "请重试一次；如果仍然失败，请更换输入。",
                ru: "Повторите один раз; если снова не получится, измените исходный файл."
            ),
            failure: .mayPass
        ),
        ErrorCode(
            1101,
            nil,
            Phrase(
                "The pipeline's nodes do not match the workflow.",
                zh: "流程中的节点与工作流不匹配。",
                ru: "Узлы конвейера не подходят к рабочему процессу."
            ),
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
    ]
}
