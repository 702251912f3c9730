package import Jobs

/// Everything that `config.yaml`, `config.d` and `pipelines.d` say, complete: what no file says is at its default.
///
/// A pure value that compares by what it says, not by where it stands, so that a reload can tell what changed.
package struct Configuration: Sendable, Hashable {
    package var api = API()
    package var webhook = Webhook()
    package var metrics = Metrics()
    /// The root of the folders that people use.
    package var spool = "/var/spool/runninghubd"
    /// The folder of the ledger, on a local file system.
    package var state = "/var/lib/runninghubd"
    package var controlSocket = "/run/runninghubd/control.sock"
    /// The folder of the pipelines' files, an absolute path where that of `config.yaml` is one.
    package var pipelinesFolder = "/etc/runninghubd/pipelines.d"
    /// Of what people read in folders.
    package var language = Language.en
    /// What holds where a pipeline says nothing else; every pipeline has it merged in already.
    package var general = General()
    /// The pipelines in service, by name.
    package var pipelines: [Pipeline] = []
    /// The names of pipelines that their own mistakes keep out of service.
    package var outOfService: [String] = []

    /// The defaults, without pipelines.
    package init() {}

    /// The path of a pipeline's own file.
    func file(of pipeline: Pipeline) -> String { "\(pipelinesFolder)/\(pipeline.name).yaml" }

    /// RunningHub and the accounts there.
    package struct API: Sendable, Hashable {
        /// Without a slash at its end.
        package var baseURL = "https://www.runninghub.cn"
        /// The keys; nothing: every credential `key_NAME` is a key with the defaults.
        package var keys: [KeySettings]?

        /// The defaults.
        package init() {}
    }

    /// Where callbacks come in.
    package struct Webhook: Sendable, Hashable {
        /// The listener's address as RunningHub sees it, without a slash at its end; nothing: polling only.
        package var publicURL: String?
        /// Where to listen when systemd hands no socket over.
        package var listen = ListenAddress(host: "127.0.0.1", port: 8787)
        /// With what the listener ends TLS by itself; nothing: it takes plain HTTP, from a proxy.
        package var tls: CertificateFiles?

        /// The defaults.
        package init() {}

        /// Files in PEM.
        package struct CertificateFiles: Sendable, Hashable {
            /// The path of the chain, the listener's own certificate first.
            package var certificate: String
            /// The path of the certificate's key.
            package var key: String

            /// These files.
            package init(certificate: String, key: String) {
                (self.certificate, self.key) = (certificate, key)
            }
        }
    }

    /// What Prometheus can read.
    package struct Metrics: Sendable, Hashable {
        /// Where it is served, on the loopback interface; nothing: on the control socket alone.
        package var listen: ListenAddress?

        /// The defaults.
        package init() {}
    }

    /// What may stand in a pipeline too, and wins there.
    package struct General: Sendable, Hashable {
        package var inbox = Pipeline.InboxSettings()
        package var limits = Pipeline.Limits()
        package var outbox = Pipeline.OutboxSettings()
        package var afterDelivery = Pipeline.AfterDelivery.keep
        package var retention = Pipeline.Retention()
        package var duplicates = Pipeline.Duplicates.join
        package var spending = Pipeline.Spending()
        package var hooks: Pipeline.Hooks?
        package var prepare: Pipeline.Preparation?

        /// The defaults.
        package init() {}
    }
}
