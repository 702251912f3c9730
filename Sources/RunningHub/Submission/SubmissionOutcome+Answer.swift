import Jobs
import NIOCore

extension SubmissionOutcome {
    /// What an answer to a submission says.
    ///
    /// A task id anywhere settles it, whatever the HTTP status. Without one, a redirect and the 4xx statuses but 408 are refusals, and so is a
    /// 2xx whose code is one of the closed list for which nothing was created. All else is unknown.
    static func judge(_ answer: Answer, hiding secrets: [Secret] = []) -> SubmissionOutcome {
        let reply = Reply(answer, hiding: secrets)
        if let taskID = reply?.taskID ?? TaskID.salvage(answer.body.readableBytesView) {
            return .created(CreatedTask(taskID: taskID, reply: reply))
        }
        switch answer.status {
        case 200..<300:
            guard answer.cut == nil, let reply, case .nothingCreated(let next)? = reply.errorCode?.atSubmit else {
                break
            }
            return .refused(Refusal(reply, next: next, answer))
        case 300..<400:
            return .refused(.redirected(answer))
        case 400..<500 where answer.status != 408:
            return .refused(Refusal(clientError: answer, reply: reply))
        default: break
        }
        return .unknown(unknown(answer, reply))
    }

    private static func unknown(_ answer: Answer, _ reply: Reply?) -> CloudError {
        if let cut = answer.cut {
            return CloudError(
                .interrupted,
                "The answer to the submission broke off: a task may have been created.",
                httpStatus: answer.status,
                cause: cut
            )
        }
        let said = reply?.code != nil ? reply?.sentence : nil
        let what = said?.english ?? "The answer (HTTP \(answer.status)) holds no task and no error that is known."
        return CloudError(
            .badAnswer,
            "\(what) A task may have been created.",
            errorCode: reply?.errorCode,
            wireCode: reply?.code,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}

extension CreatedTask {
    fileprivate init(taskID: String, reply: Reply?) {
        self.init(
            taskID: taskID,
            status: TaskStatus(wire: reply?.content["status", "taskStatus"]?.scalarText),
            warnings: reply?.complaints ?? [],
            complaint: reply?.code == nil ? nil : reply?.sentence.english
        )
    }
}

extension Refusal {
    /// A refusal by a code of the table.
    ///
    /// A validation error that speaks of the balance is one of the account, not of the workflow.
    fileprivate init(_ reply: Reply, next: ErrorCode.Next, _ answer: Answer) {
        let kind = FailureKind.detect(in: reply.message, reply.complaints.joined(separator: "\n"))
        let outOfMoney = next == .permanent && kind == .balance
        self.init(
            next: outOfMoney ? .restKey(.outOfMoney) : next,
            sentence: reply.explanation,
            hint: next == .permanent ? kind?.hint ?? reply.errorCode?.hint : reply.errorCode?.hint,
            errorCode: reply.errorCode,
            complaints: reply.complaints,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }

    /// A refusal by HTTP status 4xx; a code of the closed list in its body says more than the status.
    fileprivate init(clientError answer: Answer, reply: Reply?) {
        if let reply, case .nothingCreated(let next)? = reply.errorCode?.atSubmit {
            self.init(reply, next: next, answer)
            return
        }
        let (next, sentence, hint) = Self.meaning(of: answer.status)
        self.init(
            next: next,
            sentence: .of(status: answer.status, sentence, reply),
            hint: hint,
            errorCode: reply?.errorCode,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }

    private static func meaning(of status: Int) -> (ErrorCode.Next, Phrase, Phrase) {
        switch status {
        case 401, 403:
            (
                .restKey(.unauthorized),
                Phrase("The server refuses the API key.", zh: "服务器拒绝了 API 密钥。", ru: "Сервер отклоняет ключ API."),
                ErrorCode.find(412)?.hint ?? Phrase("Check the key.", zh: "请检查密钥。", ru: "Проверьте ключ.")
            )
        case 402:
            (
                .restKey(.outOfMoney),
                Phrase("The server asks for payment.", zh: "服务器要求付费。", ru: "Сервер требует оплаты."),
                Phrase("Recharge the account on the site.", zh: "请在网站上为账户充值。", ru: "Пополните счёт на сайте.")
            )
        case 413:
            (
                .permanent, Phrase("The request is too large.", zh: "请求过大。", ru: "Запрос слишком велик."),
                Phrase(
                    "Send shorter values to the pipeline's nodes.",
                    zh: "请缩短传给节点的值。",
                    ru: "Передавайте узлам конвейера более короткие значения."
                )
            )
        case 407, 425, 429:
            (
                .retryLater,
                Phrase("The server asks to slow down.", zh: "服务器要求放慢请求。", ru: "Сервер просит снизить темп."),
                Phrase(
                    "Nothing needs to be done: the job waits.",
                    zh: "无需处理：任务会等待。",
                    ru: "Ничего делать не нужно: задание подождёт."
                )
            )
        case 404, 405, 410:
            (
                .permanent,
                Phrase(
                    "The server does not know this address.",
                    zh: "服务器不认识这个地址。",
                    ru: "Сервер не знает такого адреса."
                ),
                Phrase(
                    "Check `base_url`, and the pipeline's id and `api`.",
                    zh: "请检查 `base_url`，以及流程的编号和 `api`。",
                    ru: "Проверьте `base_url`, а также номер и `api` конвейера."
                )
            )
        default:
            (
                .permanent, Phrase("The server refuses the request.", zh: "服务器拒绝了请求。", ru: "Сервер отклоняет запрос."),
                Phrase(
                    "Check `base_url` and the pipeline's nodes.",
                    zh: "请检查 `base_url` 和流程中的节点。",
                    ru: "Проверьте `base_url` и узлы конвейера."
                )
            )
        }
    }

    /// A redirect: `base_url` is wrong, or something between (a hotel's login page) answered.
    ///
    /// Neither is the job's fault, so it waits.
    fileprivate static func redirected(_ answer: Answer) -> Refusal {
        Refusal(
            next: .retryLater,
            sentence: Phrase(
                "The server answers with a redirect (HTTP \(answer.status)), which is not followed.",
                zh: "服务器返回了重定向（HTTP \(answer.status)），未予跟随。",
                ru: "Сервер отвечает перенаправлением (HTTP \(answer.status)), переход не выполняется."
            ),
            hint: Phrase(
                "Check `base_url`, and whether this machine's way to the internet asks for a login.",
                zh: "请检查 `base_url`，以及本机上网是否需要登录认证。",
                ru: "Проверьте `base_url` и не требует ли выход в интернет с этой машины входа в сеть."
            ),
            errorCode: nil,
            httpStatus: answer.status,
            retryAfter: answer.retryAfter
        )
    }
}
