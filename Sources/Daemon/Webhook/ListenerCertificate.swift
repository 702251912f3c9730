package import Jobs
import NIOCore
package import NIOSSL

/// A certificate with its key, with which the listener ends TLS by itself.
package struct ListenerCertificate: Sendable {
    /// What connections are set up with.
    package let context: NIOSSLContext
    /// When the listener's own certificate expires.
    package let expiresAt: Timestamp
    /// The chain, the listener's own first.
    let chain: [NIOSSLCertificate]

    /// How long before its end people are told: a renewal that works is a month earlier (Let's Encrypt's advice).
    package static let warning = Duration.seconds(14 * 86_400)

    /// Reads both files: a chain and a key in PEM.
    ///
    package init(reading files: Configuration.Webhook.CertificateFiles) throws(CertificateProblem) {
        let (chain, key) = (try Self.chain(in: files.certificate), try Self.key(in: files.key))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // Who is closed has had its time to read: LingeringClose.
        configuration.shutdownTimeout = .milliseconds(100)
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            let sentence = "The key in \(files.key) is not that of the certificate in \(files.certificate)."
            throw CertificateProblem(sentence: sentence)
        }
        // Of those behind it some may have expired and harm nobody, such as a root signed twice.
        expiresAt = Timestamp(milliseconds: Int64(chain[0].notValidAfter) * 1000)
        self.chain = chain
    }

    /// That it has expired by this wall clock's time, or soon will, with what to do; nothing where there is time.
    package func expiry(at now: Timestamp) -> String? {
        guard expiresAt - Self.warning <= now else { return nil }
        let what = expiresAt <= now ? "has expired" : "expires"
        return """
            The listener's certificate \(what) (\(expiresAt.internetTime)), and callbacks stay away without a valid one: renew it, then \
            systemctl reload runninghubd
            """
    }

    /// Whether the other one is the same certificate.
    func isSame(as other: ListenerCertificate) -> Bool { chain == other.chain }

    private static func chain(in path: String) throws(CertificateProblem) -> [NIOSSLCertificate] {
        let bytes = try content(of: path, "certificate") { () throws(FileProblem) in
            try LocalConfigurationFiles().content(of: path)
        }
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(bytes), !chain.isEmpty else {
            let sentence = "\(path) holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----."
            throw CertificateProblem(sentence: sentence)
        }
        return chain
    }

    private static func key(in path: String) throws(CertificateProblem) -> NIOSSLPrivateKey {
        let bytes = try content(of: path, "certificate's key") { () throws(FileProblem) in
            try LocalConfigurationFiles().sharedSecretContent(of: path)
        }
        guard let key = try? NIOSSLPrivateKey(bytes: bytes, format: .pem) else {
            throw CertificateProblem(sentence: "\(path) holds no key in PEM without a passphrase.")
        }
        return key
    }

    private static func content(
        of path: String,
        _ what: String,
        _ read: () throws(FileProblem) -> [UInt8]
    ) throws(CertificateProblem) -> [UInt8] {
        do {
            return try read()
        } catch {
            let cure =
                error.isForbidden
                ? " For the service, which is not root: install -o runninghub -m 600 THE-FILE \(path)" : ""
            throw CertificateProblem(sentence: "The \(what) in \(path) cannot be used: \(error.message).\(cure)")
        }
    }
}

/// Why a certificate cannot be used, and what to do.
package struct CertificateProblem: Error {
    let sentence: String
}
