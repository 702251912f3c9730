extension Cloud {
    /// Gives a task its first status: to a place if there is one, else to wait for one.
    mutating func place(_ id: String, now: Duration) {
        guard let key = tasks[id]?.record.key else { return }
        guard hasPlace(key) else {
            tasks[id]?.record.status = .queued
            accounts[key, default: Account()].waiting.append(id)
            return
        }
        accounts[key, default: Account()].running += 1
        tasks[id]?.holdsPlace = true
        tasks[id]?.record.status = .create
        schedule(id, after: settings.tasks.createTime, now: now)
    }

    /// Whether another task of the key may run.
    func hasPlace(_ key: String) -> Bool {
        guard let limits = settings.keys.first(where: { $0.name == key }) else { return false }
        return (accounts[key]?.running ?? 0) + limits.occupied < limits.concurrency
    }

    /// Brings a task to its next status.
    mutating func advance(task id: String, now: Duration) {
        guard let task = tasks[id], task.holdsPlace else { return }
        switch task.record.status {
        case .create:
            tasks[id]?.record.status = .queued
            schedule(id, after: settings.tasks.queueTime, now: now)
        case .queued:
            tasks[id]?.record.status = .running
            tasks[id]?.startedAt = now
            events.append(.taskStarted(taskID: id))
            if settings.tasks.loadsAddresses, !task.addresses.isEmpty {
                load(task.addresses, for: id)
            } else {
                run(id, now: now)
            }
        case .running:
            if let fate = task.fate { finish(id, as: fate, now: now) }
        case .success, .failed, .cancelled:
            break
        }
    }

    /// Lets a task that has started, and has what it needs, go on to its end.
    mutating func run(_ id: String, now: Duration) {
        guard tasks[id]?.fate != nil else { return }
        timers.add(.advance(task: id), due: now + settings.tasks.taskTime.draw(from: &generator))
    }

    private mutating func schedule(_ id: String, after time: SecondsRange, now: Duration) {
        let time = time.draw(from: &generator)
        if time > .zero {
            timers.add(.advance(task: id), due: now + time)
        } else {
            advance(task: id, now: now)
        }
    }

    /// Ends a task, frees its place, and plans its callback.
    ///
    /// A task that has ended stays as it is.
    ///
    /// - Returns: whether the task was there and had not ended.
    @discardableResult
    mutating func finish(_ id: String, as outcome: TaskOutcome, now: Duration, early: Bool = false) -> Bool {
        guard var task = tasks[id], !task.record.status.isFinal else { return false }
        task.record.status = outcome.status
        task.startedAt = task.startedAt ?? now
        task.endedAt = now
        task.record.endedAt = Seconds(now)
        task.record.coins = settings.tasks.coinsPerTask
        if case .failed(let failure) = outcome { task.failure = failure }
        if outcome == .success { task.record.outputs = makeOutputs(for: task, now: now) }
        let held = task.holdsPlace
        task.holdsPlace = false
        tasks[id] = task
        let key = task.record.key
        accounts[key, default: Account()].spent += settings.tasks.coinsPerTask
        record.coinsSpent[key, default: 0] += settings.tasks.coinsPerTask
        events.append(.taskFinished(taskID: id, status: outcome.status))
        if held {
            let lag = settings.tasks.placeTime.draw(from: &generator)
            if lag > .zero {
                timers.add(.freePlace(key: key), due: now + lag)
            } else {
                freePlace(key, now: now)
            }
        } else {
            accounts[key]?.waiting.removeAll { $0 == id }
        }
        planCallback(for: id, now: now, early: early)
        return true
    }

    mutating func freePlace(_ key: String, now: Duration) {
        accounts[key]?.running -= 1
        startWaiting(key, now: now)
    }

    /// Gives free places to those who wait.
    mutating func startWaiting(_ key: String, now: Duration) {
        while hasPlace(key), let account = accounts[key], account.firstWaiting < account.waiting.count {
            let id = account.waiting[account.firstWaiting]
            accounts[key]?.firstWaiting += 1
            guard tasks[id]?.record.status == .queued else { continue }
            accounts[key]?.running += 1
            tasks[id]?.holdsPlace = true
            advance(task: id, now: now)
        }
        if let account = accounts[key], account.firstWaiting == account.waiting.count {
            accounts[key]?.waiting = []
            accounts[key]?.firstWaiting = 0
        }
    }

    /// Takes new settings.
    mutating func update(_ settings: SimulatorSettings, now: Duration) {
        self.settings = settings
        events.append(.settingsChanged)
        for key in settings.keys { startWaiting(key.name, now: now) }
    }
}
