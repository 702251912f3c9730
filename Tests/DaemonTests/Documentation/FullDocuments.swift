import Jobs

@testable import Daemon

/// Documents in which every field is set; what stands in them is of no interest.
enum FullDocuments {
    static let at = "2026-11-21T06:31:02.000Z"

    static var standing: Standing {
        let now = Timestamp(milliseconds: 1)
        return Standing("reason", since: now, next: "next", at: now)
    }

    static var balance: AccountListDocument.Balance {
        AccountListDocument.Balance(
            at: at,
            coins: "1",
            money: "1",
            currency: "CNY",
            currentTasks: 1,
            limit: 1,
            queued: 1,
            kind: "NORMAL"
        )
    }

    static var status: StatusDocument {
        let amount = StatusDocument.Amount(tasks: 1, coins: "1", money: "1")
        return StatusDocument(
            at: at,
            version: "1",
            id: "id",
            summary: "summary",
            troubles: ["trouble"],
            pipelines: ["PIPELINE": ["STATE": 1]],
            obstacles: ["PIPELINE": standing],
            keys: [.init(name: "main", concurrency: 1, running: 1, rests: "rests", balance: balance)],
            holds: [.init(pipeline: "all", reason: "reason", since: at)],
            kept: ["sentence"],
            costs: [.init(pipeline: "oil", key: "main", today: amount, all: amount)],
            waits: [.init(reason: "reason", jobs: 1, since: at)],
            oldestWaiting: .init(job: "job", pipeline: "oil", file: "cat.png", since: at),
            lastTrouble: .init(at: at, text: "text"),
            lastCallback: .init(at: at, job: "job")
        )
    }

    static var health: HealthDocument {
        var health = HealthDocument(unknown: "sentence")
        health.jobs = ["STATE": 1]
        return health
    }

    static var jobs: JobListDocument {
        let job = JobListDocument.JobSummary(
            id: "id",
            pipeline: "oil",
            file: "cat.png",
            fileBase64: "AA==",
            state: "failed",
            since: at,
            failure: "timed-out",
            standing: standing
        )
        return JobListDocument(at: at, jobs: [job], next: .init(since: 1, job: "id"))
    }

    static var job: JobDocument {
        JobDocument(
            at: at,
            id: "id",
            pipeline: "oil",
            file: "cat.png",
            fileBase64: "AA==",
            path: "/path",
            sources: [.init(name: "cat.png", bytes: 1, sha256: "0")],
            parameters: ["NAME": .text("value")],
            state: "failed",
            since: at,
            createdAt: at,
            cancelWished: true,
            standing: standing,
            failure: .init(
                Failure(
                    .taskFailed,
                    message: "message",
                    hint: "hint",
                    code: "805",
                    codeName: "NAME",
                    node: "6",
                    detail: "detail",
                    mayHaveBeenPaid: true
                )
            ),
            attempts: [attempt],
            calls: [
                .init(
                    id: "id",
                    target: "url",
                    event: "failed",
                    outcome: "owed",
                    tries: 1,
                    triedAt: at,
                    dueAt: at,
                    detail: "detail"
                )
            ],
            history: [.init(at: at, attempt: 1, step: "taken", text: "text", code: "805")]
        )
    }

    private static var attempt: JobDocument.AttemptDocument {
        JobDocument.AttemptDocument(
            number: 1,
            key: "main",
            taskID: "1",
            outcome: "created",
            status: "SUCCESS",
            sentAt: at,
            runningSince: at,
            calledBackAt: at,
            askedAt: at,
            cancelAskedAt: at,
            succeededAt: at,
            coins: "1",
            money: "1",
            thirdPartyMoney: "1",
            seconds: "1"
        )
    }

    static var why: WhyDocument {
        WhyDocument(at: at, path: "/path", pipeline: "oil", folder: "inbox", job: "id", standing: standing)
    }

    static var accounts: AccountListDocument {
        let account = AccountListDocument.AccountDocument(
            key: "main",
            site: "site",
            balance: balance,
            concurrency: 1,
            running: 1,
            rests: "rests",
            trouble: "trouble"
        )
        return AccountListDocument(at: at, accounts: [account])
    }
}
