import Jobs

extension Configuration {
    /// Reads `config.yaml`, or it and `config.d` merged.
    ///
    /// The pipelines are read later, from files of their own.
    ///
    /// The folder is that of `config.yaml`, to which `pipelines` is relative.
    init(reading reader: inout SettingReader, folder: String) {
        api = reader.section("api") { API(reading: &$0) }
        webhook = reader.section("webhook") { Webhook(reading: &$0) }
        metrics = reader.section("metrics") { Metrics(reading: &$0) }
        spool = reader.value("spool", .absolutePath, default: spool)
        state = reader.value("state", .absolutePath, default: state)
        controlSocket = reader.value("control_socket", .socketPath, default: controlSocket)
        let pipelines = reader.value("pipelines", .folder, default: "pipelines.d")
        pipelinesFolder = pipelines.hasPrefix("/") ? pipelines : folder + "/" + pipelines
        language = reader.value("language", .choice, default: language)
        general = General(reading: &reader)
    }
}

extension Configuration.API {
    fileprivate init(reading reader: inout SettingReader) {
        baseURL = reader.value("base_url", .webAddress, default: baseURL)
        if baseURL.lowercased().hasPrefix("http:"), let place = reader.position(of: "base_url"), !isLocal(baseURL) {
            reader.problem(
                "'base_url' without TLS sends the API keys readable over the network.",
                at: place,
                severity: .warning
            )
        }
        guard let keys = reader.maps("keys", KeySettings.init(reading:)) else { return }
        var names: Set<String> = []
        var sources: Set<KeySource> = []
        for key in keys {
            if !names.insert(key.value.name).inserted {
                reader.problem("Two keys have this name; a name stands for one account.", at: key.position)
            }
            if !sources.insert(key.value.source).inserted {
                reader.problem(
                    "Another key has the same credential or file; write one key with their 'concurrency' added.",
                    at: key.position
                )
            }
        }
        self.keys = keys.map(\.value)
    }
}

/// Whether an address leads to this machine, where nobody listens in.
///
private func isLocal(_ address: String) -> Bool {
    ["http://127.", "http://localhost", "http://[::1]"].contains { address.lowercased().hasPrefix($0) }
}

extension KeySettings {
    fileprivate init?(reading reader: inout SettingReader) {
        let name = reader.required("name", .keyName)
        let credential = reader.unlisted("credential", .credential)
        let file = reader.unlisted("file", .absolutePath)
        let concurrency = reader.value("concurrency", .integer(1...1000), default: 1)
        let minimumCoins = reader.value("minimum_coins", .integer(0...Int64.max), default: 0)
        let hasSource = reader.position(of: "credential") != nil || reader.position(of: "file") != nil
        if let credential, file != nil {
            reader.problem("A key has a 'credential' or a 'file', not both.", at: credential.position)
        } else if !hasSource {
            reader.problem(
                "A key needs a 'credential', such as key_main, or a 'file'; 'runninghubd key add NAME' stores a credential."
            )
        }
        guard let name, let source = credential.map({ KeySource.credential($0.value) }) ?? file.map({ .file($0.value) })
        else { return nil }
        self.init(name: name.value, source: source)
        self.concurrency = concurrency
        self.minimumCoins = minimumCoins
    }
}

extension Configuration.Webhook {
    fileprivate init(reading reader: inout SettingReader) {
        publicURL = reader.optional("public_url", .webAddress)?.value
        listen = reader.value("listen", .listenAddress, default: listen)
        let certificate = reader.optional("certificate", .absolutePath)
        let key = reader.optional("certificate_key", .absolutePath)
        switch (certificate, key) {
        case (let certificate?, let key?):
            tls = CertificateFiles(certificate: certificate.value, key: key.value)
        case (let certificate?, nil):
            reader.problem("'certificate' needs its 'certificate_key' beside it.", at: certificate.position)
        case (nil, let key?):
            reader.problem("'certificate_key' needs its 'certificate' beside it.", at: key.position)
        case (nil, nil): break
        }
    }
}

extension Configuration.Metrics {
    fileprivate init(reading reader: inout SettingReader) {
        listen = reader.optional("listen", .loopbackAddress)?.value
    }
}

extension Configuration.General {
    /// The keys of these settings, which may stand in `config.yaml` and in a pipeline.
    static let keys: Set<String> = [
        "inbox", "limits", "outbox", "after_delivery", "retention", "duplicates", "spending", "hooks", "prepare",
    ]

    init(reading reader: inout SettingReader) {
        inbox = reader.section("inbox") { Pipeline.InboxSettings(reading: &$0) }
        limits = reader.section("limits") { Pipeline.Limits(reading: &$0) }
        outbox = reader.section("outbox") { Pipeline.OutboxSettings(reading: &$0) }
        afterDelivery = reader.value("after_delivery", .choice, default: afterDelivery)
        retention = reader.section("retention") { Pipeline.Retention(reading: &$0) }
        duplicates = reader.value("duplicates", .choice, default: duplicates)
        spending = reader.section("spending") { Pipeline.Spending(reading: &$0) }
        hooks = reader.section("hooks") { Pipeline.Hooks(reading: &$0) }
        prepare = reader.section("prepare") { Pipeline.Preparation(reading: &$0) }
    }
}

extension Pipeline.InboxSettings {
    fileprivate init(reading reader: inout SettingReader) {
        self.init()
        watch = reader.value("watch", .choice, default: watch)
        quietTime = reader.value("quiet_time", .duration(.zero...days(1)), default: quietTime)
        pollQuietTime = reader.value("poll_quiet_time", .duration(.seconds(1)...days(1)), default: pollQuietTime)
        rescan = reader.value("rescan", .duration(.seconds(1)...days(1)), default: rescan)
        ignore = reader.list("ignore", of: .glob).map(\.value)
    }
}

extension Pipeline.Limits {
    fileprivate init(reading reader: inout SettingReader) {
        self.init()
        upload = reader.value("upload", .size(atLeast: 1), default: upload)
        output = reader.value("output", .size(atLeast: 1), default: output)
        freeSpace = reader.value("free_space", .size(atLeast: 0), default: freeSpace)
        privateHosts = reader.list("private_hosts", of: .host).map(\.value)
    }
}

extension Pipeline.OutboxSettings {
    fileprivate init(reading reader: inout SettingReader) {
        self.init()
        name = reader.value("name", .outputName, default: name)
        layout = reader.value("layout", .choice, default: layout)
        manifest = reader.value("manifest", .choice, default: manifest)
    }
}

extension Pipeline.Retention {
    fileprivate init(reading reader: inout SettingReader) {
        self.init()
        let kind = SettingKind<Duration>.duration(.seconds(1)...days(36_500)).orWord("never")
        done = reader.value("done", kind, default: done)
        failed = reader.value("failed", kind, default: failed)
        history = reader.value("history", kind, default: history)
    }
}

extension Pipeline.Spending {
    fileprivate init(reading reader: inout SettingReader) {
        self.init()
        let coins = SettingKind<Int64>.integer(1...Int64.max).orWord("none")
        coinsPerDay = reader.value("coins_per_day", coins, default: coinsPerDay)
        holdAbove = reader.value("hold_above", .integer(0...Int.max), default: holdAbove)
    }
}

/// A number of days of 24 hours.
func days(_ count: Int64) -> Duration { .seconds(count * 86_400) }
