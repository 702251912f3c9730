import Jobs
import RunningHub
import Synchronization

extension Engine {
    /// Asks RunningHub who holds the places of a key that was told to be full.
    ///
    /// Its figures lag and decide nothing: they are for the people who wonder why nothing is submitted.
    func lookAfterPlaces(of account: Account) async {
        guard let status = try? await account.cloud.queueStatus() else { return }
        let name = account.name
        let ours = slots.withLock { $0.held(name) }
        if let reason = status.fullness(of: name, ours: ours) {
            slots.withLock { $0.explainRest(name, reason) }
        }
        guard let limit = status.limit, limit > 0, limit < account.concurrency else { return }
        journal.tell(
            ongoing: .keyRests,
            about: "\(name)/concurrency",
            at: time.now(),
            """
            Key \(name) may have \(limit) tasks at once, says RunningHub, and concurrency: \(account.concurrency) asks for more. \
            Set concurrency: \(limit) for it in config.yaml.
            """
        )
    }
}

extension QueueStatus {
    /// Why a key has no free place, as far as the figures tell.
    func fullness(of key: String, ours: Int) -> Phrase? {
        guard let total = total ?? running.map({ $0 + (queued ?? 0) }), total > 0 else { return nil }
        let others = total - ours
        return Phrase { language in
            switch language {
            case .en:
                let whose = others > 0 ? ", \(others) of them not started by this daemon" : ""
                return
                    "RunningHub has no free place for key \(key): \(total)\(limit.map { " of \($0)" } ?? "") taken\(whose)"
            case .zh:
                let whose = others > 0 ? "，其中 \(others) 个不是由本服务启动的" : ""
                return "RunningHub 上密钥 \(key) 的任务名额已满：已占用 \(total)\(limit.map { "/\($0)" } ?? "") 个\(whose)"
            case .ru:
                let whose = others > 0 ? ", из них не этой службой: \(others)" : ""
                return
                    "у RunningHub нет свободного места для ключа \(key): занято \(total)\(limit.map { " из \($0)" } ?? "")\(whose)"
            }
        }
    }
}
