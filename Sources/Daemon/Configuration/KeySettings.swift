/// One account at RunningHub: where its API key is kept and how it may be used.
///
/// Never holds the key.
package struct KeySettings: Sendable, Hashable {
    /// Stands for the account in the ledger, the journal and commands.
    ///
    package var name: String
    package var source: KeySource
    /// Tasks that this key may have at once.
    package var concurrency = 1
    /// Below this balance the key rests.
    package var minimumCoins: Int64 = 0

    /// A key with the defaults.
    package init(name: String, source: KeySource) {
        self.name = name
        self.source = source
    }
}

/// Where an API key is kept.
package enum KeySource: Sendable, Hashable {
    /// A credential that systemd hands over, by its name.
    case credential(String)
    /// A file that only its owner can read, by its absolute path.
    case file(String)

    /// What the credentials of keys begin with: `LoadCredential=key:FOLDER` makes each file `NAME` the credential `key_NAME`.
    package static let credentialPrefix = "key_"
}
