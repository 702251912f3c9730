extension Cloud {
    /// Decides what callbacks a task that has just ended makes, and when.
    mutating func planCallback(for id: String, now: Duration, early: Bool) {
        guard let task = tasks[id], let url = task.webhookURL else { return }
        if task.record.status == .cancelled, !settings.callbacks.onCancel { return }
        var faults = settings.faults.callbacks
        defer { settings.faults.callbacks = faults }
        let dropped = faults.dropped.strikes(&generator)
        let genuine = add(dropped && !early ? .dropped : .genuine, task: id, url: url, body: callbackBody(task))
        tasks[id]?.callback = genuine
        var others = addExtras(&faults, task: task, url: url)
        if dropped && !early {
            events.append(.callbackDropped(taskID: id))
        } else {
            let copies = faults.duplicated.strikes(&generator) ? max(faults.duplicates, 0) : 0
            others += [genuine]
            others += (0..<copies).map { _ in add(.duplicate, task: id, url: url, body: record.callbacks[genuine].body)
            }
        }
        if early {
            others.forEach { send(callback: $0) }
        } else if faults.late.strikes(&generator) {
            let due = now + faults.lateTime.draw(from: &generator)
            others.forEach { timers.add(.sendCallback($0), due: due) }
        } else if faults.reordered.strikes(&generator) {
            heldCallbacks += others
            others.forEach { timers.add(.releaseHeld($0), due: now + faults.reorderTime.duration) }
        } else {
            others.forEach { send(callback: $0) }
        }
    }

    private mutating func add(_ kind: CallbackKind, task: String, url: String, body: String) -> Int {
        record.callbacks.append(.init(taskID: task, kind: kind, url: url, body: body))
        return record.callbacks.count - 1
    }

    /// Callbacks that no honest cloud makes.
    private mutating func addExtras(_ faults: inout CallbackFaults, task: CloudTask, url: String) -> [Int] {
        let id = task.record.id
        var extras: [Int] = []
        if faults.unknownTask.strikes(&generator) {
            var stranger = task
            stranger.record.id = newTaskID()
            extras.append(add(.unknownTask, task: id, url: url, body: callbackBody(stranger)))
        }
        if faults.otherEvent.strikes(&generator) {
            let body: JSON = ["event": "TASK_START", "taskId": taskIDValue(id), "eventData": "{}"]
            extras.append(add(.otherEvent, task: id, url: url, body: body.serialized))
        }
        if faults.forged.strikes(&generator) {
            extras.append(add(.forged, task: id, url: Self.tampered(url), body: forgedBody(task)))
        }
        if faults.malformed.strikes(&generator) {
            extras.append(add(.malformed, task: id, url: url, body: #"{"event":"TASK_END","taskId":"#))
        }
        if faults.oversized.strikes(&generator) {
            // The record keeps only the length; the body is made when it is sent.
            extras.append(add(.oversized, task: id, url: url, body: String(max(faults.oversizedBytes, 0))))
        }
        return extras
    }

    /// Hands a callback over to be sent.
    mutating func send(callback index: Int) {
        guard record.callbacks.indices.contains(index) else { return }
        let callback = record.callbacks[index]
        effects.append(
            .send(
                CallbackDelivery(
                    index: index,
                    generation: generation,
                    taskID: callback.taskID,
                    kind: callback.kind,
                    attempt: callback.tries.count + 1,
                    url: callback.url,
                    body: callback.body,
                    timeout: settings.callbacks.timeout.duration
                )
            )
        )
    }

    /// Sends a callback that was held back, unless the next one has already taken it along.
    mutating func releaseHeld(_ index: Int) {
        guard let place = heldCallbacks.firstIndex(of: index) else { return }
        heldCallbacks.remove(at: place)
        send(callback: index)
    }

    /// Takes what came of a try, and plans the next one where it is due: after anything but 2xx.
    mutating func callbackTried(_ delivery: CallbackDelivery, _ result: CallbackResult, now: Duration) {
        guard delivery.generation == generation, record.callbacks.indices.contains(delivery.index) else { return }
        var entry = SimulatorRecord.Try(at: Seconds(now))
        switch result {
        case .answered(let status): entry.status = status
        case .unanswered(let error): entry.error = error
        }
        record.callbacks[delivery.index].tries.append(entry)
        events.append(
            .callbackSent(
                taskID: delivery.taskID,
                kind: delivery.kind,
                attempt: delivery.attempt,
                status: entry.status
            )
        )
        // Those that were held go now: only what was answered has surely overtaken them.
        let held = heldCallbacks
        heldCallbacks = []
        held.reversed().forEach { send(callback: $0) }
        guard !entry.accepted else { return }
        if delivery.attempt <= settings.callbacks.retries {
            timers.add(.sendCallback(delivery.index), due: now + settings.callbacks.retryInterval.duration)
        } else {
            events.append(.callbackGivenUp(taskID: delivery.taskID))
        }
    }

    /// The address with one character changed in the middle of its last part, where a secret would be.
    static func tampered(_ url: String) -> String {
        var characters = Array(url)
        var start = characters.count
        while start > 0,
            characters[start - 1].isLetter || characters[start - 1].isNumber || "-_.".contains(characters[start - 1])
        {
            start -= 1
        }
        guard start < characters.count else { return url }
        let middle = (start + characters.count) / 2
        characters[middle] = characters[middle] == "A" ? "B" : "A"
        return String(characters)
    }
}
