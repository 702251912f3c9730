import Jobs
package import RunningHub

import struct FoundationEssentials.Decimal

/// A key that tasks are started with, and the way to the cloud that it opens.
package struct Account: Sendable {
    /// The key's name in the configuration.
    package let name: String
    /// The way to the cloud.
    package let cloud: Cloud
    /// How many tasks it may have at once.
    package internal(set) var concurrency: Int
    /// Below this balance the key rests; 0: never.
    package internal(set) var minimumCoins: Int64

    /// A key of this name.
    package init(name: String, cloud: Cloud, concurrency: Int, minimumCoins: Int64 = 0) {
        self.name = name
        self.cloud = cloud
        self.concurrency = concurrency
        self.minimumCoins = minimumCoins
    }

    var minimumCoinsNumber: Decimal { Decimal(minimumCoins) }

    /// The site, as it stands in attempts and uploads.
    var site: String { cloud.site.description }
}

extension [String: Account] {
    /// The names of the keys that a pipeline may use, as far as they are configured.
    func names(for pipeline: Pipeline) -> [String] {
        pipeline.keys.isEmpty ? keys.sorted() : pipeline.keys.filter { self[$0] != nil }
    }

    /// Whether an upload can still go into a submission: it is not too old, its account is one of these, on the same site, and it has all
    /// the files that the pipeline's nodes ask for now, prepared as they are now; a reload may have changed both.
    func canUse(_ upload: Job.Upload, of job: Job, for pipeline: Pipeline, at now: Timestamp) -> Bool {
        upload.at <= now && upload.at + Job.Upload.lifetime > now && self[upload.key]?.site == upload.site
            && job.hasAllUploaded(in: upload, for: pipeline) && upload.preparation == pipeline.prepare?.identity
    }
}
