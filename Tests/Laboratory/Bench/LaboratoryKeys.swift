import RunningHubSimulator

/// The keys that experiments give to the daemon and to the simulated cloud.
enum LaboratoryKeys {
    /// So many keys, with places and coins for whatever comes; the first is the simulator's own.
    static func some(_ count: Int) -> [KeySettings] {
        (0..<count).map { number in
            let key = number == 0 ? KeySettings.defaultKey : KeySettings.defaultKey.dropLast(3) + "\(100 + number)"
            return KeySettings(name: "key-\(number)", key: key, coins: 100_000_000, concurrency: 100_000)
        }
    }
}
