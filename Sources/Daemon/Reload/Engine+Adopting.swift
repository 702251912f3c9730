import Jobs
import RunningHub
import Synchronization

extension Engine {
    /// Puts what a reload read into force.
    ///
    /// - Parameters:
    ///   - contents: all pipelines.
    ///   - change: what is different.
    ///   - general: what holds for all pipelines together.
    ///   - downloader: for what is fetched from now on.
    ///   - certificate: for connections from now on.
    func adopt(
        _ contents: PipelineTable.Contents,
        _ change: ConfigurationChange,
        general: Configuration.General,
        downloader: Downloader,
        certificate: ListenerCertificate?
    ) {
        live.withLock { live in
            live.settings.coinsPerDay = general.spending.coinsPerDay
            live.settings.retention = general.retention
            live.downloader = downloader
            live.certificate = certificate
            if let language = change.language { live.settings.language = language }
            for key in change.keys { live.accounts[key.name]?.bound(by: key) }
        }
        slots.withLock { slots in
            for key in change.keys { slots.configure(key.name, concurrency: key.concurrency) }
        }
        pipelines.replace(with: contents)
        wakes.pipelines()
        for wake in wakes.all { wake() }
    }
}

extension Account {
    fileprivate mutating func bound(by key: KeySettings) {
        concurrency = key.concurrency
        minimumCoins = key.minimumCoins
    }
}
