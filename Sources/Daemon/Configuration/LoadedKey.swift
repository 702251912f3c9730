package import Jobs

/// A key with its secret, ready for use.
package struct LoadedKey: Sendable, Hashable {
    package var settings: KeySettings
    package var secret: Secret
}

/// Why a key cannot be used, without a word of its content.
package struct KeyProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key's name.
    package var name: String
    /// A sentence that says what to do.
    package var message: String
    package var description: String { "Key '\(name)': \(message)" }
}

extension Configuration {
    /// The keys that can be used, in the order of the configuration, and why others cannot.
    ///
    /// Opens the files of keys that are kept in files. A key that cannot be used is no reason not to start: the others go on.
    ///
    /// `credentials` is what systemd handed over, by name.
    package func loadKeys(
        credentials: [String: Secret],
        files: any ConfigurationFiles = LocalConfigurationFiles()
    ) -> (keys: [LoadedKey], problems: [KeyProblem]) {
        var keys: [LoadedKey] = []
        var problems: [KeyProblem] = []
        for settings in api.keys ?? Self.keys(ofCredentials: credentials.keys) {
            do {
                keys.append(LoadedKey(settings: settings, secret: try settings.secret(credentials, files)))
            } catch {
                problems.append(error)
            }
        }
        return (keys, problems)
    }

    /// The keys that there are when the configuration names none: one for every credential `key_NAME`.
    package static func keys(ofCredentials names: some Sequence<String>) -> [KeySettings] {
        names.sorted().compactMap { name in
            let key = name.hasPrefix(KeySource.credentialPrefix) ? name.dropFirst(KeySource.credentialPrefix.count) : ""
            return key.isEmpty ? nil : KeySettings(name: String(key), source: .credential(name))
        }
    }
}

extension KeySettings {
    fileprivate func secret(
        _ credentials: [String: Secret],
        _ files: any ConfigurationFiles
    ) throws(KeyProblem) -> Secret {
        let text: String
        switch source {
        case .credential(let credential):
            guard let secret = credentials[credential] else {
                throw fail("there is no credential '\(credential)'. 'runninghubd key add \(name)' stores one.")
            }
            text = secret.expose()
        case .file(let path):
            do {
                text = String(decoding: try files.secretContent(of: path), as: UTF8.self)
            } catch {
                throw fail("\(error.message).")
            }
        }
        let key = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        guard !key.isEmpty else { throw fail("it is empty. 'runninghubd key add \(name)' asks for it again.") }
        // It goes into a header as it is.
        guard key.count <= 512,
            key.allSatisfy({ $0.isASCII && !$0.isWhitespace && ($0.asciiValue ?? 0) > 0x20 && $0 != "\u{7F}" })
        else { throw fail("it holds characters that no API key has. Store the key alone, on one line.") }
        return Secret(String(key))
    }

    private func fail(_ message: String) -> KeyProblem { KeyProblem(name: name, message: message) }
}
