extension Pipeline {
    /// Absolute paths that replace a pipeline's folders in the spool.
    package struct Folders: Sendable, Hashable, Codable {
        package var inbox: String?
        package var outbox: String?
        package var done: String?
        package var failed: String?

        /// Every folder in the spool.
        package init() {}
    }

    /// How files are seen and settle.
    package struct InboxSettings: Sendable, Hashable, Codable {
        /// How changes are noticed.
        package var watch: Watch = .auto
        /// How long a file that was closed must stay unchanged.
        package var quietTime: Duration = .seconds(5)
        /// How long a file whose close was not seen must stay unchanged.
        package var pollQuietTime: Duration = .seconds(30)
        /// How often the whole inbox is looked through, whatever was noticed.
        package var rescan: Duration = .seconds(60)
        /// Globs of names that are never taken, beside the built-in ones.
        package var ignore: [String] = []

        /// The defaults.
        package init() {}
    }

    /// How changes in an inbox are noticed.
    package enum Watch: String, Sendable, Hashable, Codable, CaseIterable {
        /// By the file system that the inbox lies on.
        case auto
        case inotify
        case poll
    }

    /// Bounds on what goes in and what comes out, in bytes.
    package struct Limits: Sendable, Hashable, Codable {
        /// The largest file that is uploaded.
        package var upload: Int64 = 30_000_000
        /// The largest result file.
        package var output: Int64 = 4_000_000_000
        /// Below this much free space on the outbox's or the state's file system nothing is submitted.
        package var freeSpace: Int64 = 5_000_000_000
        /// `HOST` or `HOST:PORT` on loopback or private networks from which results may come.
        package var privateHosts: [String] = []

        /// The defaults.
        package init() {}
    }

    /// How results are named and laid out.
    package struct OutboxSettings: Sendable, Hashable, Codable {
        /// The name of a result, without its extension: `{stem}`, `{pipeline}`, `{date}`, `{job}`, `{node}`.
        package var name = "{stem}"
        package var layout: Layout = .flat
        package var manifest: Manifest = .beside

        /// The defaults.
        package init() {}
    }

    /// How a job's results lie in the outbox.
    package enum Layout: String, Sendable, Hashable, Codable, CaseIterable {
        /// Side by side, the manifest last.
        case flat
        /// In a folder of their own that appears whole.
        case folder
    }

    /// Where a job's manifest lies.
    package enum Manifest: String, Sendable, Hashable, Codable, CaseIterable {
        /// `STEM.result.json`.
        case beside
        /// `.STEM.result.json`.
        case hidden
    }

    /// What becomes of an original after delivery.
    package enum AfterDelivery: String, Sendable, Hashable, Codable, CaseIterable {
        case keep, delete
    }

    /// How long finished things are kept, counted from the day of the move; nothing: for ever.
    package struct Retention: Sendable, Hashable, Codable {
        package var done: Duration? = .seconds(30 * 86400)
        package var failed: Duration?
        package var history: Duration? = .seconds(90 * 86400)

        /// The defaults.
        package init() {}
    }

    /// What a drop means that has name, bytes and parameters of a job not yet final.
    package enum Duplicates: String, Sendable, Hashable, Codable, CaseIterable {
        /// It joins that job: no second task.
        case join
        /// It is a job of its own.
        case run
    }

    /// Guards on spending.
    package struct Spending: Sendable, Hashable, Codable {
        /// The most coins a day; nothing: no bound.
        package var coinsPerDay: Int64?
        /// More files waiting than this in one pipeline hold it until it is released; 0: never.
        package var holdAbove = 1000

        /// The defaults.
        package init() {}
    }
}
