import Jobs

extension ErrorCode {
    /// Codes of which waiting is the cure.
    static let capacity: [ErrorCode] = [
        ErrorCode(
            415,
            "TASK_INSTANCE_MAXED",
            Phrase(
                "All machines of this exclusive key are busy.",
                zh: "这个独占密钥的所有机器都在忙。",
                ru: "Все машины этого выделенного ключа заняты."
            ),
            hint: Phrase(
                "Nothing needs to be done: the job waits for a machine.",
                zh: "无需处理：任务会等待空闲的机器。",
                ru: "Ничего делать не нужно: задание ждёт свободной машины."
            ),
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            421,
            "TASK_QUEUE_MAXED",
            Phrase(
                "The account already runs as many tasks as it may.",
                zh: "账户同时运行的任务已达上限。",
                ru: "Аккаунт уже выполняет столько задач, сколько разрешено."
            ),
            hint: Phrase(
                "Nothing needs to be done: the job waits for a place; tasks started on the website count too.",
                zh: "无需处理：任务会等待名额；在网站上启动的任务也占用名额。",
                ru: "Ничего делать не нужно: задание ждёт места; задачи, запущенные на сайте, тоже считаются."
            ),
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            814,
            "PERSONAL_QUEUE_COUNT_LIMIT",
            Phrase("The account's own queue is full.", zh: "账户的个人队列已满。", ru: "Личная очередь аккаунта заполнена."),
            hint: Phrase(
                "Nothing needs to be done: the job waits for a place.",
                zh: "无需处理：任务会等待名额。",
                ru: "Ничего делать не нужно: задание ждёт места."
            ),
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            1003,
            nil,
            Phrase(
                "Too many requests in a short time.",
                zh: "短时间内请求过多。",
                ru: "Слишком много запросов за короткое время."
            ),
            hint: Phrase(
                "Nothing needs to be done: the daemon slows down.",
                zh: "无需处理：服务会放慢请求。",
                ru: "Ничего делать не нужно: служба замедлится."
            ),
            submit: .nothingCreated(.retryLater),
            query: .tooManyRequests,
            failure: .mayPass
        ),
        ErrorCode(
            1010,
            nil,
            Phrase(
                "RunningHub's service is not available at the moment.",
                zh: "RunningHub 服务暂时不可用。",
                ru: "Сервис RunningHub сейчас недоступен."
            ),
            hint: askSupport,
            submit: .nothingCreated(.retryLater),
            failure: .mayPass
        ),
        ErrorCode(
            1011,
            nil,
            Phrase(
                "RunningHub is too busy at the moment.",
                zh: "RunningHub 目前过于繁忙。",
                ru: "RunningHub сейчас перегружен."
            ),
            hint: Phrase(
                "Nothing needs to be done: the job waits.",
                zh: "无需处理：任务会等待。",
                ru: "Ничего делать не нужно: задание подождёт."
            ),
            submit: .nothingCreated(.retryLater),
            failure: .mayPass
        ),
        ErrorCode(
            1520,
            nil,
            Phrase(
                "The account already runs as many tasks of this model as it may.",
                zh: "账户同时运行的该模型任务已达上限。",
                ru: "Аккаунт уже выполняет столько задач с этой моделью, сколько разрешено."
            ),
            hint: Phrase(
                "Nothing needs to be done: the job waits for a place.",
                zh: "无需处理：任务会等待名额。",
                ru: "Ничего делать не нужно: задание ждёт места."
            ),
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
    ]
}
