extension ErrorCode {
    /// Every code that is known.
    ///
    /// Gathered from the service's documentation and from what public clients met. The numbers of the 1000 series have no published names.
    package static let table: [ErrorCode] = general + account + capacity + task + upload + flat + model

    private static let askSupport: Phrase =
        "Try again later; if it stays, ask RunningHub's support with the task's id."
    private static let checkNodes: Phrase =
        "Compare the pipeline's nodes with those that the app's or workflow's API page on the site lists."
    private static let checkKey: Phrase =
        "Check the key and whether it belongs to this site: www.runninghub.cn and www.runninghub.ai do not know each other's keys."
    private static let willBeAsked: Phrase = "Nothing needs to be done: the daemon asks again."

    private static let general: [ErrorCode] = [
        ErrorCode(1, nil, "RunningHub could not do this.", hint: askSupport),
        ErrorCode(
            301,
            "PARAMS_INVALID",
            "A parameter is missing or not allowed.",
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            380,
            "WORKFLOW_NOT_EXISTS",
            "RunningHub has no workflow with this id.",
            hint: "Check the pipeline's `workflow` id, and that it is on the site that `base_url` names.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            412,
            "TOKEN_INVALID",
            "RunningHub does not know this API key.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(500, "UNKNOWN_ERROR", "RunningHub had an internal error.", hint: askSupport, failure: .mayPass),
    ]

    private static let account: [ErrorCode] = [
        ErrorCode(
            414,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE",
            "The account's coins are used up.",
            hint: "Buy coins on the site; the waiting jobs then go on by themselves.",
            submit: .nothingCreated(.restKey(.outOfCoins)),
            query: .keyRefused(.outOfCoins)
        ),
        ErrorCode(
            416,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
            "The account's wallet is empty.",
            hint: "Recharge the wallet on the site; the waiting jobs then go on by themselves.",
            submit: .nothingCreated(.restKey(.outOfMoney)),
            query: .keyRefused(.outOfMoney)
        ),
        ErrorCode(
            436,
            "TASK_USER_EXCLAPI_REQUIRED",
            "The plan for exclusive machines has ended or was never bought.",
            hint: "Renew the plan on the site, or use another key.",
            submit: .nothingCreated(.restKey(.planExpired)),
            query: .keyRefused(.planExpired)
        ),
        ErrorCode(
            801,
            "APIKEY_UNSUPPORTED_FREE_USER",
            "A free account may not use RunningHub's API.",
            hint: "Buy at least a basic membership on the site, or use another key.",
            submit: .nothingCreated(.restKey(.freeAccount)),
            query: .keyRefused(.freeAccount)
        ),
        ErrorCode(
            802,
            "APIKEY_UNAUTHORIZED",
            "RunningHub refuses this API key: it is wrong or has expired.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            806,
            "APIKEY_USER_NOT_FOUND",
            "RunningHub finds no account for this API key.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            811,
            "CORPAPIKEY_INVALID",
            "RunningHub refuses this enterprise key.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            812,
            "CORPAPIKEY_INSUFFICIENT_FUNDS",
            "The enterprise account has no funds left.",
            hint: "Recharge the enterprise account; the waiting jobs then go on by themselves.",
            submit: .nothingCreated(.restKey(.outOfMoney)),
            query: .keyRefused(.outOfMoney)
        ),
        ErrorCode(
            1002,
            nil,
            "RunningHub does not know this API key.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            1014,
            nil,
            "This kind of API key may not do this.",
            hint: "Some models need an enterprise key: use one, or ask RunningHub which kind the app needs.",
            submit: .nothingCreated(.restKey(.wrongKind)),
            query: .keyRefused(.wrongKind)
        ),
        ErrorCode(
            1601,
            nil,
            "RunningHub says that the API key is missing from the request.",
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
    ]

    private static let capacity: [ErrorCode] = [
        ErrorCode(
            415,
            "TASK_INSTANCE_MAXED",
            "All machines of this exclusive key are busy.",
            hint: "Nothing needs to be done: the job waits for a machine.",
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            421,
            "TASK_QUEUE_MAXED",
            "The account already runs as many tasks as it may.",
            hint: "Nothing needs to be done: the job waits for a place; tasks started on the website count too.",
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            814,
            "PERSONAL_QUEUE_COUNT_LIMIT",
            "The account's own queue is full.",
            hint: "Nothing needs to be done: the job waits for a place.",
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
        ErrorCode(
            1003,
            nil,
            "Too many requests in a short time.",
            hint: "Nothing needs to be done: the daemon slows down.",
            submit: .nothingCreated(.retryLater),
            query: .tooManyRequests,
            failure: .mayPass
        ),
        ErrorCode(
            1010,
            nil,
            "RunningHub's service is not available at the moment.",
            hint: askSupport,
            submit: .nothingCreated(.retryLater),
            failure: .mayPass
        ),
        ErrorCode(
            1011,
            nil,
            "RunningHub is too busy at the moment.",
            hint: "Nothing needs to be done: the job waits.",
            submit: .nothingCreated(.retryLater),
            failure: .mayPass
        ),
        ErrorCode(
            1520,
            nil,
            "The account already runs as many tasks of this model as it may.",
            hint: "Nothing needs to be done: the job waits for a place.",
            submit: .nothingCreated(.waitForSlot),
            failure: .mayPass
        ),
    ]

    private static let task: [ErrorCode] = [
        ErrorCode(
            423,
            "TASK_NOT_FOUNED",
            "RunningHub does not know this task.",
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(
            433,
            "VALIDATE_PROMPT_FAILED",
            "The workflow does not accept these values.",
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            435,
            "TASK_USER_EXCLAPI_INSTANCE_NOT_FOUND",
            "The account has no exclusive machine of this type.",
            hint: "Check the pipeline's `instance_type` against the machines that were rented.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            803,
            "APIKEY_INVALID_NODE_INFO",
            "The pipeline's nodes do not match the workflow.",
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(804, "APIKEY_TASK_IS_RUNNING", "The task is running.", hint: willBeAsked, query: .waiting(.running)),
        ErrorCode(
            805,
            "APIKEY_TASK_STATUS_ERROR",
            "The task failed.",
            hint: "Read the reason; run the workflow once on the site with the same file to see more.",
            query: .failed,
            failure: .mayPass
        ),
        ErrorCode(
            807,
            "APIKEY_TASK_NOT_FOUND",
            "RunningHub does not know this task.",
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(
            810,
            "WORKFLOW_NOT_SAVED_OR_NOT_RUNNING",
            "The workflow was never saved and run on the site.",
            hint: "Open the workflow on the site, save it and run it once; then retry.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(813, "APIKEY_TASK_IS_QUEUED", "The task is waiting.", hint: willBeAsked, query: .waiting(.queued)),
        ErrorCode(
            901,
            "WEBAPP_NOT_EXISTS",
            "RunningHub has no AI app with this id.",
            hint: "Check the pipeline's `ai_app` id, and that it is on the site that `base_url` names.",
            submit: .nothingCreated(.permanent)
        ),
    ]

    private static let upload: [ErrorCode] = [
        ErrorCode(
            808,
            "APIKEY_UPLOAD_FAILED",
            "RunningHub could not store the file.",
            hint: "Nothing needs to be done: the upload is made again."
        ),
        ErrorCode(
            809,
            "APIKEY_FILE_SIZE_EXCEEDED",
            "The file is larger than RunningHub accepts.",
            hint: "Make the file smaller, or use `{url}` in the pipeline so that RunningHub loads it from here.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1008,
            nil,
            "The file is larger than RunningHub accepts.",
            hint: "Make the file smaller, or use `{url}` in the pipeline so that RunningHub loads it from here.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1013,
            nil,
            "RunningHub could not process the file.",
            hint: "Check that the file opens; then retry.",
            failure: .mayPass
        ),
    ]

    private static let flat: [ErrorCode] = [
        ErrorCode(1000, nil, "RunningHub had an unknown error.", hint: askSupport, failure: .mayPass),
        ErrorCode(
            1001,
            nil,
            "RunningHub does not know this address.",
            hint: "Check `base_url`, and the pipeline's id and `api`.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(
            1004,
            nil,
            "RunningHub does not know this task, or no longer.",
            hint: askSupport,
            query: .unknownTask
        ),
        ErrorCode(1005, nil, "RunningHub had an internal error.", hint: askSupport, failure: .mayPass),
        ErrorCode(
            1006,
            nil,
            "The task took longer than RunningHub allows.",
            hint: "Try a smaller input, or `instance_type: plus`.",
            failure: .mayPass
        ),
        ErrorCode(
            1007,
            nil,
            "RunningHub does not accept a parameter.",
            hint: checkNodes,
            submit: .nothingCreated(.permanent),
            query: .unknownTask
        ),
        ErrorCode(
            1009,
            nil,
            "RunningHub does not offer this method.",
            hint: "Check the pipeline's `api`; if it is right, report this as a fault of the daemon.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(1012, nil, "A service behind RunningHub did not answer well.", hint: askSupport, failure: .mayPass),
        ErrorCode(
            1015,
            nil,
            "The generation failed.",
            hint: "Retry once; if it fails again, change the input.",
            failure: .mayPass
        ),
        ErrorCode(
            1101,
            nil,
            "The pipeline's nodes do not match the workflow.",
            hint: checkNodes,
            submit: .nothingCreated(.permanent)
        ),
    ]

    private static let model: [ErrorCode] = [
        ErrorCode(
            1501,
            nil,
            "RunningHub's content moderation refused this job.",
            hint: "Change the picture or the text: the same content will be refused again.",
            submit: .nothingCreated(.permanent)
        ),
        ErrorCode(1504, nil, "The model took too long.", hint: "Retry later.", failure: .mayPass),
        ErrorCode(
            1505,
            nil,
            "The model does not accept pictures of real persons.",
            hint: "Use a picture without a real person.",
            submit: .nothingCreated(.permanent)
        ),
    ]
}
