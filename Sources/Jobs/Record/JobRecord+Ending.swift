extension JobRecord {
    /// A task came to nothing.
    ///
    /// What follows depends on what else the job has; only where that is nothing, `finish` decides.
    mutating func ended(_ attempt: Attempt, at now: Timestamp, finish: (inout JobRecord) -> Void) {
        update(attempt.number) { $0.isFruitless = true }
        if job.state == .failed {
            // It was woken for nothing, and stays as it failed.
            job.isReviving = attempts.contains { $0.hasOpenTask && $0.hasUnheardCallback }
            job.wait = nil
            job.dueAt = now
        } else if attempts.contains(where: \.hasOpenTask) {
            job.dueAt = now
            job.wait = nil
        } else if resume(at: now) {
            return
        } else if job.isReviving, !job.isCancelWished {
            job.isReviving = false
            enter(.queued, at: now)
        } else {
            finish(&self)
        }
    }

    /// Past its deadline a task is to be cancelled in the cloud, and when it has not ended a while after that, it is given up.
    mutating func actOnDeadline(of attempt: Attempt, at now: Timestamp) {
        if !attempt.isOverdue {
            guard let limit = attempt.deadlinePassed(at: now) else { return }
            update(attempt.number) { $0.isOverdue = true }
            tell(.overdue, limit)
            job.dueAt = now
        } else if let asked = attempt.cancelAskedAt, asked + Self.cancellationGrace <= now {
            if attempts.contains(where: { $0.number != attempt.number && $0.hasOpenTask }) {
                update(attempt.number) { $0.isFruitless = true }
                job.dueAt = now
            } else if job.isCancelWished {
                endAsCancelled(.cancelledRunning, at: now)
            } else {
                fail(attempt.timedOut, at: now)
            }
        }
    }

    /// Another attempt's success is being fetched, and this one has been asked about as well: what it has is delivered too.
    mutating func reportedBeside(_ attempt: Attempt, _ report: TaskReport, at now: Timestamp) {
        switch report {
        case .succeeded(let results, _) where results > 0:
            update(attempt.number) {
                $0.finishedAt = now
                $0.isFruitless = false
            }
            tell(.succeeded, attempt.taskID ?? "")
        case .failed where attempt.failedSince.map { $0 + Self.failureDoubt <= now } == true, .cancelled:
            update(attempt.number) { $0.isFruitless = true }
        case .failed:
            update(attempt.number) { $0.failedSince = $0.failedSince ?? now }
        case .waiting, .succeeded, .unknownTask, .unavailable:
            break
        }
    }
}

extension Attempt {
    /// The sentence about the deadline that the task has outlived, if it has.
    func deadlinePassed(at now: Timestamp) -> String? {
        if let runningSince {
            return runningSince + settings.timeout < now
                ? "It ran longer than timeout: \(settings.timeout) allows." : nil
        }
        let limit = settings.queueTimeout
        return awaitedSince + limit < now
            ? "It waited in RunningHub's queue longer than queue_timeout: \(limit) allows." : nil
    }

    /// The end of a task that outlived its deadline.
    var timedOut: Failure {
        Failure(
            .timedOut,
            message: Phrase(
                "The task did not end within the pipeline's timeouts.",
                zh: "任务没有在流程规定的时间内结束。",
                ru: "Задача не завершилась за отведённое конвейеру время."
            ),
            hint: Phrase(
                "Move the file back into the inbox to ask for the task once more; raise timeout if such tasks need longer.",
                zh: "把文件移回 inbox 会再次查询该任务；如果这类任务需要更长时间，请调大 timeout。",
                ru:
                    "Переместите файл обратно в inbox, чтобы ещё раз спросить о задаче; если таким задачам нужно больше времени, увеличьте timeout."
            ),
            mayHaveBeenPaid: true
        )
    }
}

extension Failure {
    /// The task succeeded without any result.
    package static let noResults = Failure(
        .noResults,
        message: Phrase(
            "RunningHub says that the task succeeded, but it has no results.",
            zh: "RunningHub 表示任务已成功，但没有任何结果。",
            ru: "RunningHub сообщает, что задача выполнена, но результатов нет."
        ),
        hint: Phrase(
            "See on the site whether the workflow saves anything; moving the file back asks for the results once more, and pays for a new task where there are none.",
            zh: "请在网站上查看该工作流是否会保存结果；把文件移回 inbox 会再次查询结果，如果仍然没有，则会付费运行新任务。",
            ru:
                "Проверьте на сайте, сохраняет ли рабочий процесс что-нибудь; если вернуть файл в inbox, результаты будут запрошены ещё раз, а если их нет — будет оплачена новая задача."
        ),
        mayHaveBeenPaid: true
    )
}
