import AsyncHTTPClient
import FoundationEssentials
import Glibc
import Jobs
import NIOCore
import NIOHTTP1
import NIOSSL
import Testing

@testable import Daemon

@Suite("A certificate for the listener")
struct ListenerCertificateTests {
    private let folder = TemporaryCertificates()

    private func problem(_ certificate: String, _ key: String) -> String? {
        do throws(CertificateProblem) {
            _ = try ListenerCertificate(reading: .init(certificate: certificate, key: key))
            return nil
        } catch {
            return error.sentence
        }
    }

    @Test("Is read with its key, and tells its end two weeks before.")
    func read() throws {
        let certificate = try ListenerCertificate(reading: try folder.write(.first))
        let end = certificate.expiresAt
        #expect(end.internetTime.hasPrefix("2126-11-04T"))
        #expect(certificate.expiry(at: end - .seconds(15 * 86_400)) == nil)
        let soon = try #require(certificate.expiry(at: end - .seconds(13 * 86_400)))
        #expect(soon.contains("certificate expires (2126-11-04T"))
        #expect(soon.hasSuffix("systemctl reload runninghubd"))
        #expect(try #require(certificate.expiry(at: end)).contains("has expired"))
    }

    @Test("Is refused with a key of another, without PEM, and where its file is missing or open to anybody.")
    func refused() throws {
        let (first, second) = (try folder.write(.first), try folder.write(.second))
        let otherKey = "The key in \(second.key) is not that of the certificate in \(first.certificate)."
        #expect(problem(first.certificate, second.key) == otherKey)
        #expect(problem(first.key, first.key)?.contains("holds no certificate in PEM") == true)
        let open = "others than its owner and group can use the file: 'chmod g-w,o= "
        #expect(problem(first.certificate, first.certificate)?.contains(open) == true)
        #expect(problem("/nowhere.pem", first.key)?.contains("there is no such file") == true)
        chmod(first.certificate, 0o600)
        #expect(problem(first.certificate, first.certificate)?.contains("holds no key in PEM") == true)
    }
}

extension EngineTests {
    @Suite("TLS by the daemon itself", .timeLimit(.minutes(1)))
    struct ListenerTLSTests {
        /// Asks who the listener is, trusting one certificate alone.
        private func ask(
            _ port: Int,
            by scheme: String = "https",
            trusting pair: CertificatePair
        ) async throws -> String {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(pair.certificate.utf8)))
            var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
            configuration.connectionPool.retryConnectionEstablishment = false
            let client = HTTPClient(configuration: configuration)
            do {
                let answer = try await client.execute(
                    HTTPClientRequest(url: "\(scheme)://localhost:\(port)/healthz"),
                    timeout: .seconds(20)
                )
                let body = try await answer.body.collect(upTo: 1024)
                try await client.shutdown()
                return "\(answer.status.code) \(String(buffer: body))"
            } catch {
                try await client.shutdown()
                throw error
            }
        }

        @Test("Is spoken by every connection, renewed by a reload, and kept where the new files are wrong.")
        func renewal() async throws {
            let folder = TemporaryCertificates()
            let files = try folder.write(.first)
            try await withDaemon {
                $0.adjust = { $0.webhook.tls = files }
            } _: { daemon in
                let known = "200 \(try daemon.engine.settings.publicID)"
                let reload = try daemon.makeReload()
                #expect(try await ask(daemon.port, trusting: .first) == known)
                await #expect(throws: (any Error).self) { try await ask(daemon.port, by: "http", trusting: .first) }
                #expect(try await reload.run(askedBy: "a test").message == "Nothing has changed.")

                try CertificatePair.second.key.write(toFile: files.key, atomically: false, encoding: .utf8)
                #expect(try await daemon.refusal(of: reload).contains("is not that of the certificate"))
                #expect(try await ask(daemon.port, trusting: .first) == known)

                let renewed = CertificatePair.second.certificate
                try renewed.write(toFile: files.certificate, atomically: false, encoding: .utf8)
                #expect(try await reload.run(askedBy: "a test").message.contains("new certificate, valid until 2126-"))
                #expect(try await ask(daemon.port, trusting: .second) == known)
                await #expect(throws: (any Error).self) { try await ask(daemon.port, trusting: .first) }
            }
        }
    }
}

/// A certificate for `localhost` and its key, in PEM; of a hundred years.
struct CertificatePair {
    let name: String
    let certificate: String
    let key: String

    static let first = CertificatePair(
        name: "first",
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBkjCCATmgAwIBAgIUWmjpEuZkVK+j1yoJKG0UxMP2QyMwCgYIKoZIzj0EAwIw
            EDEOMAwGA1UEAwwFZmlyc3QwIBcNMjYxMTI4MDQ0NDIyWhgPMjEyNjExMDQwNDQ0
            MjJaMBAxDjAMBgNVBAMMBWZpcnN0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
            PnTHYpPZteLQ9GKOODDj9Pnb2CjM71Yy7WVzpSLBzRmJIytRh7IFThOxzgn5ZDMS
            D+jcd8HTuqwmG24h8xEhRKNvMG0wHQYDVR0OBBYEFGfBbbmxjVdn0EYky0M0M4Yb
            cvjSMB8GA1UdIwQYMBaAFGfBbbmxjVdn0EYky0M0M4YbcvjSMA8GA1UdEwEB/wQF
            MAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMCA0cA
            MEQCIDYsLwym0aJ8/HRUOGQBt5djnYB5eNB61Bi5bBshuoe8AiB8GPdZONpAlRZh
            oZfFNHVZvUjJpZFSkP5QUqnn8wvc8A==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbp9IUdfqhd5tnIoh
            ZoqkpANDeXfXpbN3eE/JD29O+I2hRANCAAQ+dMdik9m14tD0Yo44MOP0+dvYKMzv
            VjLtZXOlIsHNGYkjK1GHsgVOE7HOCflkMxIP6Nx3wdO6rCYbbiHzESFE
            -----END PRIVATE KEY-----
            """
    )

    static let second = CertificatePair(
        name: "second",
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBlTCCATugAwIBAgIUOaiPcXuUH5N4b2zyU56eY2qPxDMwCgYIKoZIzj0EAwIw
            ETEPMA0GA1UEAwwGc2Vjb25kMCAXDTI2MTEyODA0NDQyMloYDzIxMjYxMTA0MDQ0
            NDIyWjARMQ8wDQYDVQQDDAZzZWNvbmQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AASW/kjEdOT6uysj+LMqlJTrnTFh6aLY4TgDH+weIeeU8IeBgJr/+e4TXeVLIYqa
            iQw1Oplu5H8m96rQB112T4sCo28wbTAdBgNVHQ4EFgQU4fujI9lW+hRAlLSEjwMq
            kJUplmswHwYDVR0jBBgwFoAU4fujI9lW+hRAlLSEjwMqkJUplmswDwYDVR0TAQH/
            BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZIzj0EAwID
            SAAwRQIgGDL5XI2/PgLsAZv0MmLp5r2EHGC2cJdbu6CEASn+GMECIQDbYr4XyFIq
            IYftmu5BJT+FHUOhl/651O2QVbUPgDASNw==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJpswokroMu+J4qir
            rnRuc0hJUJQphXlJS/SYM3vRYI2hRANCAASW/kjEdOT6uysj+LMqlJTrnTFh6aLY
            4TgDH+weIeeU8IeBgJr/+e4TXeVLIYqaiQw1Oplu5H8m96rQB112T4sC
            -----END PRIVATE KEY-----
            """
    )
}

/// A folder of certificates that vanishes with the test.
final class TemporaryCertificates: Sendable {
    private let path = FileManager.default.temporaryDirectory.path + "/runninghubd-tls-\(UUID().uuidString)"

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes both files as an administrator would.
    func write(_ pair: CertificatePair) throws -> Configuration.Webhook.CertificateFiles {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let files = Configuration.Webhook.CertificateFiles(
            certificate: "\(path)/\(pair.name).pem",
            key: "\(path)/\(pair.name).key"
        )
        try pair.certificate.write(toFile: files.certificate, atomically: false, encoding: .utf8)
        try pair.key.write(toFile: files.key, atomically: false, encoding: .utf8)
        chmod(files.certificate, 0o644)
        chmod(files.key, 0o600)
        return files
    }
}
