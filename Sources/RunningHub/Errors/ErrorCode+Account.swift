import Jobs

extension ErrorCode {
    /// Codes of the key and its account.
    static let account: [ErrorCode] = [
        ErrorCode(
            414,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_POWER_VALUE",
            Phrase("The account's coins are used up.", zh: "账户的 RH 币已用完。", ru: "Монеты на счёте закончились."),
            hint: Phrase(
                "Buy coins on the site; the waiting jobs then go on by themselves.",
                zh: "请在网站上购买 RH 币；之后等待中的任务会自动继续。",
                ru: "Купите монеты на сайте; ожидающие задания продолжатся сами."
            ),
            submit: .nothingCreated(.restKey(.outOfCoins)),
            query: .keyRefused(.outOfCoins)
        ),
        ErrorCode(
            416,
            "TASK_CREATE_FAILED_BY_NOT_ENOUGH_WALLET",
            Phrase("The account's wallet is empty.", zh: "账户的钱包余额为零。", ru: "Кошелёк аккаунта пуст."),
            hint: Phrase(
                "Recharge the wallet on the site; the waiting jobs then go on by themselves.",
                zh: "请在网站上为钱包充值；之后等待中的任务会自动继续。",
                ru: "Пополните кошелёк на сайте; ожидающие задания продолжатся сами."
            ),
            submit: .nothingCreated(.restKey(.outOfMoney)),
            query: .keyRefused(.outOfMoney)
        ),
        ErrorCode(
            436,
            "TASK_USER_EXCLAPI_REQUIRED",
            Phrase(
                "The plan for exclusive machines has ended or was never bought.",
                zh: "独占机器的套餐已到期或从未购买。",
                ru: "Тариф с выделенными машинами закончился или не был куплен."
            ),
            hint: Phrase(
                "Renew the plan on the site, or use another key.",
                zh: "请在网站上续费，或换用其他密钥。",
                ru: "Продлите тариф на сайте или используйте другой ключ."
            ),
            submit: .nothingCreated(.restKey(.planExpired)),
            query: .keyRefused(.planExpired)
        ),
        ErrorCode(
            801,
            "APIKEY_UNSUPPORTED_FREE_USER",
            Phrase(
                "A free account may not use RunningHub's API.",
                zh: "免费账户不能使用 RunningHub 的 API。",
                ru: "Бесплатному аккаунту API RunningHub недоступен."
            ),
            hint: Phrase(
                "Buy at least a basic membership on the site, or use another key.",
                zh: "请在网站上至少购买基础会员，或换用其他密钥。",
                ru: "Купите на сайте хотя бы базовую подписку или используйте другой ключ."
            ),
            submit: .nothingCreated(.restKey(.freeAccount)),
            query: .keyRefused(.freeAccount)
        ),
        ErrorCode(
            802,
            "APIKEY_UNAUTHORIZED",
            Phrase(
                "RunningHub refuses this API key: it is wrong or has expired.",
                zh: "RunningHub 拒绝了这个 API 密钥：密钥有误或已过期。",
                ru: "RunningHub отклоняет этот ключ API: он неверен или истёк."
            ),
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            806,
            "APIKEY_USER_NOT_FOUND",
            Phrase(
                "RunningHub finds no account for this API key.",
                zh: "RunningHub 找不到这个 API 密钥对应的账户。",
                ru: "RunningHub не находит аккаунта для этого ключа API."
            ),
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            811,
            "CORPAPIKEY_INVALID",
            Phrase(
                "RunningHub refuses this enterprise key.",
                zh: "RunningHub 拒绝了这个企业密钥。",
                ru: "RunningHub отклоняет этот корпоративный ключ."
            ),
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
        ErrorCode(
            812,
            "CORPAPIKEY_INSUFFICIENT_FUNDS",
            Phrase(
                "The enterprise account has no funds left.",
                zh: "企业账户余额不足。",
                ru: "На корпоративном счёте закончились средства."
            ),
            hint: Phrase(
                "Recharge the enterprise account; the waiting jobs then go on by themselves.",
                zh: "请为企业账户充值；之后等待中的任务会自动继续。",
                ru: "Пополните корпоративный счёт; ожидающие задания продолжатся сами."
            ),
            submit: .nothingCreated(.restKey(.outOfMoney)),
            query: .keyRefused(.outOfMoney)
        ),
        ErrorCode(
            1002,
            nil,
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
            1014,
            nil,
            Phrase(
                "This kind of API key may not do this.",
                zh: "这类 API 密钥无权执行此操作。",
                ru: "Ключу API этого вида такое не разрешено."
            ),
            hint: Phrase(
                "Some models need an enterprise key: use one, or ask RunningHub which kind the app needs.",
                zh: "有些模型需要企业密钥：请换用企业密钥，或向 RunningHub 询问该应用需要哪种密钥。",
                ru:
                    "Некоторым моделям нужен корпоративный ключ: используйте его или спросите RunningHub, какой ключ нужен приложению."
            ),
            submit: .nothingCreated(.restKey(.wrongKind)),
            query: .keyRefused(.wrongKind)
        ),
        ErrorCode(
            1601,
            nil,
            Phrase(
                "RunningHub says that the API key is missing from the request.",
                zh: "RunningHub 表示请求中没有 API 密钥。",
                ru: "RunningHub сообщает, что в запросе нет ключа API."
            ),
            hint: checkKey,
            submit: .nothingCreated(.restKey(.unauthorized)),
            query: .keyRefused(.unauthorized)
        ),
    ]
}
