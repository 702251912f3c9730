/// Where each setting belongs, to tell somebody who wrote it elsewhere.
enum SettingPlaces {
    private static let places: [(place: String, keys: [String])] = [
        (
            "in config.yaml, at the left margin",
            ["webhook", "metrics", "spool", "state", "control_socket", "pipelines", "language"]
        ),
        ("in config.yaml under 'api'", ["base_url"]),
        ("in config.yaml in an entry of 'api: keys'", ["credential", "concurrency", "minimum_coins"]),
        ("in config.yaml under 'webhook'", ["public_url", "certificate", "certificate_key"]),
        ("in config.yaml under 'webhook' or 'metrics'", ["listen"]),
        (
            "in a pipeline's file, at the left margin",
            [
                "ai_app", "workflow", "instance_type", "use_personal_queue", "access_password", "metadata", "accept",
                "folder_is", "timeout", "queue_timeout", "retries", "group", "folders", "nodes",
            ]
        ),
        ("in a pipeline's file in an entry of 'nodes'", ["field", "value"]),
        ("in a pipeline's file under 'folders'", ["inbox", "done", "failed"]),
        ("under 'inbox'", ["watch", "quiet_time", "poll_quiet_time", "rescan", "ignore"]),
        ("under 'limits'", ["output", "free_space", "private_hosts"]),
        ("under 'outbox'", ["layout", "manifest"]),
        ("under 'retention'", ["history"]),
        ("under 'spending'", ["coins_per_day", "hold_above"]),
        ("under 'hooks' or 'prepare'", ["program"]),
        ("under 'hooks'", ["events"]),
        ("under 'prepare'", ["kinds"]),
        (
            "at the left margin",
            ["limits", "outbox", "after_delivery", "retention", "duplicates", "spending", "hooks", "prepare"]
        ),
    ]

    /// Names under which people look for the place of an API key.
    private static let namesOfSecrets: Set<String> = [
        "apikey", "key", "token", "secret", "apitoken", "authorization", "bearer",
    ]

    /// Where a key belongs, if it is one of ours.
    static func place(of key: String) -> String? {
        places.first { $0.keys.contains(key) }?.place
    }

    /// Whether somebody is about to write a secret into the file.
    static func isSecret(_ key: String) -> Bool {
        namesOfSecrets.contains(key.lowercased().filter { $0 != "_" && $0 != "-" })
    }
}
